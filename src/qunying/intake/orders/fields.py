"""What a column of an order file may mean, and the headers under which shop systems export it."""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class OrderField:
    """One meaning of a column.

    ``headers`` are spellings in the wild, most telling first, compared without case and signs.
    """

    name: str
    title: str | Promise
    headers: tuple[str, ...]
    is_required: bool = False


ORDER_FIELDS = (
    OrderField(
        "number",
        _("Order number"),
        (
            "订单编号",
            "订单号",
            "主订单编号",
            "主订单号",
            "子订单编号",
            "交易单号",
            "单号",
            "order number",
            "order no",
            "order id",
            "order",
            "ordernumber",
            "invoice no",
            "invoice",
            "invoice number",
            "receipt no",
            "transaction id",
        ),
        is_required=True,
    ),
    OrderField(
        "placed_at",
        _("Paid or placed at"),
        (
            "付款时间",
            "订单付款时间",
            "支付时间",
            "买家付款时间",
            "付款确认时间",
            "订单支付时间",
            "下单时间",
            "订单创建时间",
            "订单下单时间",
            "订单成交时间",
            "创建时间",
            "成交时间",
            "paid at",
            "payment time",
            "invoice date",
            "order date",
            "ordered at",
            "placed at",
            "created at",
            "date",
            "time",
            "日期",
            "时间",
        ),
        is_required=True,
    ),
    OrderField(
        "customer",
        _("Customer"),
        (
            "买家会员名",
            "买家昵称",
            "客户账号",
            "下单帐号",
            "下单账号",
            "用户账号",
            "会员名",
            "买家账号",
            "买家openid",
            "用户id",
            "用户编号",
            "会员编号",
            "会员号",
            "客户编号",
            "客户id",
            "买家",
            "客户姓名",
            "customer id",
            "customer",
            "customer number",
            "buyer id",
            "buyer",
            "user id",
            "member id",
            "household id",
        ),
    ),
    OrderField(
        "stock_code",
        _("Product code"),
        (
            "商家编码",
            "商品编码",
            "商家编码规格维度",
            "商品编码自定义",
            "规格编码",
            "sku编码",
            "货号",
            "商品id",
            "宝贝id",
            "样式id",
            "sku id",
            "sku",
            "商品编号",
            "stock code",
            "product code",
            "product id",
            "item code",
            "item id",
            "item number",
        ),
    ),
    OrderField(
        "description",
        _("Product title"),
        (
            "商品标题",
            "宝贝标题",
            "标题",
            "商品名称",
            "商品",
            "宝贝名称",
            "全部商品名称",
            "商品信息",
            "品名",
            "description",
            "product name",
            "product",
            "title",
            "item name",
            "item description",
            "item",
        ),
    ),
    OrderField(
        "quantity",
        _("Quantity"),
        (
            "购买数量",
            "商品数量件",
            "商品数量",
            "宝贝数量",
            "宝贝总数量",
            "订购数量",
            "商品件数",
            "数量",
            "件数",
            "quantity",
            "qty",
            "units",
        ),
    ),
    OrderField(
        "unit_price",
        _("Price of one"),
        (
            "商品单价",
            "商品价格",
            "价格",
            "单价",
            "京东价",
            "商品实际价格",
            "商品价格单价",
            "unit price",
            "price",
            "item price",
        ),
    ),
    OrderField(
        "line_amount",
        _("Amount of the row"),
        (
            "商品实际成交金额",
            "买家实付货款",
            "商品金额小计",
            "商品总价元",
            "商品实付金额",
            "小计",
            "行金额",
            "line amount",
            "line total",
            "subtotal",
        ),
    ),
    OrderField(
        "order_amount",
        _("Amount of the whole order"),
        (
            "买家实际支付金额",
            "订单实付金额",
            "订单实际支付金额",
            "用户实付金额元",
            "商家实收金额元",
            "实付金额",
            "订单应付金额",
            "应付金额",
            "结算金额",
            "订单金额",
            "总金额",
            "order amount",
            "order total",
            "total",
            "amount paid",
            "grand total",
        ),
    ),
    OrderField("currency", _("Currency"), ("币种", "货币", "currency", "currency code")),
    OrderField(
        "channel",
        _("Sales channel"),
        ("销售渠道", "订单渠道", "渠道", "订单来源", "平台", "channel", "sales channel", "platform"),
    ),
    OrderField(
        "store",
        _("Store"),
        (
            "店铺名称",
            "门店名称",
            "归属店铺",
            "下单门店",
            "店铺",
            "门店",
            "store",
            "shop",
            "store name",
            "branch",
        ),
    ),
    OrderField(
        "country",
        _("Country or region"),
        (
            "收货省份",
            "省份",
            "收货人省份",
            "收货地区",
            "省",
            "地区",
            "国家",
            "country",
            "region",
            "province",
            "state",
            "收货地址",
        ),
    ),
    OrderField("status", _("Order status"), ("订单状态", "交易状态", "状态", "order status", "status")),
)

FIELDS = {field.name: field for field in ORDER_FIELDS}
_NOISE = re.compile(r"[\W_]+")


def plain_header(header: str) -> str:
    """Return a header without case, width, spaces and signs, so that ``Invoice No.`` and ``invoice_no`` are one."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", header).lower())


_KNOWN = {plain_header(spelling) for field in ORDER_FIELDS for spelling in field.headers}


def count_known(headers: list[str]) -> int:
    """Return how many of the headers are known spellings."""
    return len({plain_header(header) for header in headers} & _KNOWN)
