"""Settings of the embedded PostgreSQL, sized for a laptop with two cores.

``always`` goes onto the command line, so that no file can weaken it. ``configuration`` is written as
postgresql.conf at each start; an operator's own values go into ``local.conf`` beside it.
"""

from pathlib import Path

import psutil

LOCAL_SETTINGS = "local.conf"
MEBIBYTE = 1024 * 1024


def always(data: Path, *, port: int, durable: bool) -> dict[str, str]:
    """Return what must hold whatever the files say.

    Args:
        data: data directory, which is also the folder of the socket.
        port: number in the socket's name; nothing listens on the network.
        durable: False only for throw-away test servers.
    """
    switch = "on" if durable else "off"
    quoted = str(data).replace('"', '""')
    return {
        "listen_addresses": "",
        "port": str(port),
        "unix_socket_directories": f'"{quoted}"',
        "unix_socket_permissions": "0700",
        "fsync": switch,
        "full_page_writes": switch,
        "synchronous_commit": switch,
        "default_transaction_isolation": "read committed",
    }


def configuration(*, durable: bool) -> str:
    """Return the text of postgresql.conf; test servers get little memory because several run at once."""
    memory = psutil.virtual_memory().total // MEBIBYTE
    shared = min(max(memory // 8, 128), 1024) if durable else 128
    values = {
        "max_connections": "100",
        "shared_buffers": f"{shared}MB",
        "effective_cache_size": f"{max(memory // 2, 512)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        # A million order lines write more than a gigabyte of log: fewer checkpoints, each page imaged once.
        "max_wal_size": "2GB",
        "min_wal_size": "256MB",
        "checkpoint_timeout": "15min",
        "checkpoint_completion_target": "0.9",
        "wal_compression": "pglz",
        # A solid-state disk reads at random almost as fast as in order.
        "random_page_cost": "1.1",
        # Containers often have a small /dev/shm; a parallel hash would need it.
        "max_parallel_workers_per_gather": "1",
        "enable_parallel_hash": "off",
        "autovacuum_vacuum_scale_factor": "0.1",
        "autovacuum_analyze_scale_factor": "0.05",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "default_text_search_config": "'pg_catalog.simple'",
        "log_line_prefix": "'%m [%p] '",
        # Values of rows are personal data and must not reach the log. The application logs its own errors.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
    }
    lines = [f"{name} = {value}" for name, value in values.items()]
    return "\n".join(
        [
            f"# Written at each start. Settings of your own go into {LOCAL_SETTINGS}.",
            *lines,
            f"include_if_exists = '{LOCAL_SETTINGS}'",
            "",
        ]
    )
