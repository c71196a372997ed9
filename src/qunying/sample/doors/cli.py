"""The sample's one door: ``qunying run --sample`` calls it."""

from qunying.sample.load import load_sample as load

__all__ = ["load"]
