"""Short insults made up for training: published collections hold long arguments, communities are spoilt by three bare words.

These are real insults. They are about nobody.
"""

import random

from qunying.moderation.training.writing import Phrases, write

PATTERNS = (
    "{curse}{mark}",
    "{curse}[，]{curse}{mark}",
    "{you}{scold}{mark}",
    "{you}[真]是[个]{scold}{mark}",
    "{you}这[个]{scold}{mark}",
    "{you}{scold}[，]{curse}{mark}",
    "{scold}{mark}",
    "{scold}[，]{go}{mark}",
    "{go}{mark}",
    "{you}{go}{mark}",
    "{who}{is}{scold}{mark}",
    "{who}{is}{scold}[，]{go}{mark}",
    "{you}{family}{death}{mark}",
    "{family}{death}{mark}",
    "{you}{brain}{mark}",
    "{you}{brain}[，]{go}{mark}",
    "{who}{brain}{mark}",
    "{you}{threat}{mark}",
    "{curse}，{about}{mark}",
    "{about}[，]{scold}{mark}",
    "{about}，{you}{scold}{mark}",
    "{you}也配{about}{mark}",
    "{scold}才{about}{mark}",
    "跟{scold}没什么好说的{mark}",
    "{you}长得{ugly}{mark}",
    "{ugly}的东西，{go}{mark}",
)

PHRASES: Phrases = {
    "you": ("你", "你", "你", "你们", "你们这群", "你这种", "你个", "你丫", "尼玛", "就你", "你全家", "你们全都"),
    "who": ("楼上", "楼主", "群主", "客服", "管理员", "店家", "那个男的", "那个女的", "卖家", "刚才那个", "前面那个", "@{surname}{surname}"),
    "surname": tuple("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"),
    "is": ("是", "就是个", "真是", "是个", "这个", "这种", "全是", "果然是"),
    "scold": (
        "傻逼", "傻b", "傻B", "sb", "SB", "煞笔", "沙比", "傻叉", "傻X", "傻子", "傻瓜蛋", "蠢货", "蠢猪", "蠢驴", "白痴", "弱智", "智障", "脑残", "废物", "垃圾", "垃圾人",
        "人渣", "败类", "畜生", "禽兽", "狗东西", "狗杂种", "杂种", "杂碎", "贱人", "贱货", "贱种", "婊子", "绿茶婊", "臭婊子", "王八蛋", "王八羔子", "混蛋", "混账东西", "龟孙子",
        "狗娘养的", "狗日的", "狗逼", "死胖子", "肥猪", "丑八怪", "不要脸的东西", "不要脸", "下贱货", "恶心玩意", "什么玩意儿", "下三滥", "老不死的", "死骗子", "土鳖", "乡巴佬",
        "臭傻逼", "大傻逼", "神经病", "疯狗", "哈巴狗", "走狗", "舔狗", "窝囊废", "怂货", "二百五", "脑瘫", "低能儿", "没教养的东西", "没素质的东西", "缺德玩意", "逼崽子", "死变态",
    ),
    "curse": (
        "操你妈", "草泥马", "曹尼玛", "cnm", "CNM", "艹你妈", "日你妈", "干你娘", "去你妈的", "滚你妈的", "你妈死了", "你妈逼", "nmsl", "NMSL", "妈的", "他妈的傻逼", "tmd傻逼", "死全家",
        "全家死光", "断子绝孙", "不得好死", "去死吧", "死一边去", "吃屎去吧", "闭上你的狗嘴", "闭嘴吧废物", "放你妈的屁", "放狗屁", "狗嘴里吐不出象牙", "真他妈贱", "真他妈恶心",
        "要不要脸", "还要不要脸了", "脸皮真厚", "生儿子没屁眼", "爬", "给爷爬", "给老子滚", "见一次骂一次", "看见你就恶心", "看到你就想吐",
    ),
    "go": ("滚", "滚吧", "滚蛋", "滚远点", "滚开", "滚出去", "滚出群", "快滚", "赶紧滚", "有多远滚多远", "去死", "去死吧", "死去吧", "爬远点", "别在这丢人", "别出来恶心人", "回炉重造吧"),
    "family": ("妈", "你妈", "全家", "你全家", "你爹", "你祖宗", "祖宗十八代", "户口本"),
    "death": ("死了", "都死了", "死光了", "怎么还不死", "不得好死", "炸了", "火化了", "没了吧", "出门被车撞死"),
    "brain": ("没脑子", "脑子进水了", "脑子有坑", "脑子被驴踢了", "有病吧", "有毛病", "没带脑子出门", "智商欠费", "是不是傻", "怕不是个智障", "眼瞎", "瞎了狗眼", "没长眼", "没爹妈教", "有娘生没娘养", "活该没人要", "欠骂", "欠揍", "欠抽"),
    "threat": ("等着挨打吧", "信不信我弄死你", "小心被人砍", "我找人打断你的腿", "迟早被打死", "别让我碰到你", "出门小心点"),
    "ugly": ("跟猪一样", "像头猪", "人不人鬼不鬼", "跟鬼似的", "那么丑", "那么恶心", "癞蛤蟆一样"),
    "about": ("卖这种破烂", "骗人钱", "还有脸说话", "还好意思卖", "在这装什么", "装什么装", "叫什么叫", "当群主", "说我", "教训别人", "在群里乱叫", "买这种东西", "活着浪费空气"),
    "mark": ("", "", "", "！", "！！", "!!!", "。", "，", "?", "😡", "🤮", "🖕", "呵呵", "哈哈"),
}  # fmt: skip

_HIDING = (" ", ".", "*", "~", "、")


def write_insults(count: int, luck: random.Random) -> list[str]:
    """Return so many insults, one in ten with signs between its letters."""
    texts = []
    for _ in range(count):
        text = write(luck.choice(PATTERNS), PHRASES, luck)
        texts.append(luck.choice(_HIDING).join(text) if luck.random() < 0.1 and len(text) < 8 else text)
    return texts
