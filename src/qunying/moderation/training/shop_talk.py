"""Talk of shops and communities made up for training: what people say every day, in civil words, when nobody advertises or insults.

A classifier that has seen few short, plain sentences takes what it does not know for abuse. The patterns are in ``shop_talk.txt``, one a line
below the topic that they belong to.
"""

import random
from pathlib import Path

from qunying.moderation.training.writing import Phrases, cut, mask_digits, write


def _read_patterns() -> tuple[tuple[str, ...], ...]:
    """Return the patterns of each topic."""
    topics: list[list[str]] = []
    for line in Path(__file__).with_name("shop_talk.txt").read_text("utf-8").splitlines():
        if line.startswith("# "):
            topics.append([])
        else:
            topics[-1].append(line)
    return tuple(map(tuple, topics))


PATTERNS = _read_patterns()
PHRASES: Phrases = {
    key: tuple(words.split())
    for key, words in {
        "goods": "马克杯 茶杯 水杯 保温杯 餐盘 汤碗 筷子 刀叉 砂锅 炒锅 平底锅 电饭煲 水壶 花瓶 相框 台灯 夜灯 彩灯 烛台 香薰 挂钟 闹钟 抱枕 毛毯 床单 被套 枕头 毛巾 浴巾 地垫 窗帘 收纳盒 置物架 挂钩 书签 笔记本 贺卡 贴纸 拼图 积木 玩偶 毛绒熊 风筝 雨伞 背包 帆布袋 钱包 围巾 手套 帽子 袜子 拖鞋 运动鞋 靴子 睡衣 衬衫 毛衣 外套 羽绒服 连衣裙 牛仔裤 短裤 童装 围裙 口罩 牙刷 牙膏 洗发水 沐浴露 香皂 面霜 防晒 口红 面膜 护手霜 纸巾 洗衣液 猫粮 猫砂 狗窝 饼干 巧克力 坚果 茶叶 咖啡 蜂蜜 大米 苹果 橙子 草莓 牛奶 酸奶 粽子 月饼 礼盒 福袋 套装 小样 充电器 耳机 数据线 音箱 手机壳 烤箱 加湿器 吹风机 电池 玻璃罐 木盘 藤篮 圣诞树 铃铛 花环 彩带 气球 种子 花盆 绿萝 鱼缸 这个 那个 这款 那款 它 东西 赠品 上次那个 新款 老款 限量款",
        "have": "有货 有 有没有货 能买 能下单 在卖 有库存 有现货 有的卖",
        "restock": "补 补货 再到 有货 上新 上架 回来 再卖",
        "when": "什么时候 啥时候 几号 哪天 大概几天 多久 今天 明天 后天 下周 周五 月底 下个月 年前 节前 晚上 下午 中午 几点 过两天",
        "when_past": "昨天 前天 上周 刚才 上个月 去年 前几天 早上 昨晚 上次",
        "who": "老板 店家 客服 群主 管理员 掌柜 亲 美女 帅哥 小二 各位 姐妹们 有人吗 请问 麻烦问下 你好 您好 在吗",
        "who_thanked": "老板 客服 群主 管理员 大家 楼上 楼上的姐妹 小哥 你 您 你们 店家 师傅 各位 小助手 亲 帮忙的朋友 阿姨",
        "who_group": "大家 各位 家人们 朋友们 邻居们 姐妹们 兄弟们 小伙伴们 同学们 妈妈们 群友们 老师们",
        "mark": "。 ！ ？ ~ … 😂 🙏 呀 啊 呢 哈 哦 吧 嘛 ?? 。。 [微笑] [捂脸] [玫瑰]",
        "color": "红色 蓝色 绿色 黄色 黑色 白色 灰色 粉色 紫色 米色 金色 银色 咖啡色 透明 深色 浅色 橙色 墨绿 藏青",
        "season": "春天 夏天 秋天 冬天 春季 夏季 秋季 冬季 换季 年底 圣诞 新年 端午 中秋",
        "reason": "急着用 送人的 家里来客人 给孩子准备的 自己用 第一次来 朋友推荐的 搬家了 出差了 不在家 买重了 怕来不及 等着装修 过生日用 同事也要 旧的坏了 写错了 不需要了 换了单位",
        "reason_bad": "堵车堵的 没睡好 东西丢了 考砸了 下雨淋湿了 加班到半夜 手机摔了",
        "reason_thanks": "帮了大忙 省了不少事 等了好久 终于齐了 没想到这么快 特意跑一趟 这么晚还回我 解释得很清楚",
        "shop_place": "门店 实体店 专柜 超市 商场 便利店 线下店 分店 旗舰店 小店",
        "parcel": "快递 包裹 我的货 我的快递 订单 东西 我那单 货 昨天的单 这一单",
        "where": "到哪 走到哪 在哪 停在哪 出库 发 发出",
        "place": "北京 上海 广州 深圳 成都 重庆 杭州 南京 武汉 西安 郑州 长沙 天津 青岛 济南 沈阳 大连 哈尔滨 长春 昆明 贵阳 南宁 福州 厦门 合肥 南昌 太原 石家庄 兰州 西宁 银川 乌鲁木齐 拉萨 呼和浩特 海口 香港 澳门 台北 新疆 西藏 内蒙古 东北 四川 广东 河南 山东 河北 湖南 湖北 安徽 江西 福建 浙江 江苏 云南 贵州 广西 陕西 山西 甘肃 青海 宁夏 海南 乡下 县城 村里 镇上 小区 学校 公司 单位 国外 英国 美国 日本 韩国 德国 非洲 印度 乡镇 郊区",
        "move": "发货 发 寄出 揽收 派送 更新 出库 动 到 送",
        "locker": "驿站 快递柜 门口 物业 前台 代收点 门卫 楼下 鞋柜",
        "courier": "顺丰 中通 圆通 申通 韵达 邮政 京东 极兔 德邦 EMS",
        "good_man": "人很好 态度好 很热心 真好 很客气",
        "person": "我妈 我爸 妈妈 爸爸 爷爷 奶奶 外公 外婆 公公 婆婆 丈母娘 老公 老婆 媳妇 先生 男朋友 女朋友 对象 儿子 女儿 闺女 宝宝 孩子 侄女 弟弟 妹妹 哥哥 姐姐 同事 同学 室友 闺蜜 老师 领导 邻居 朋友 客户 老人 长辈 小朋友 双胞胎 姑姑 舅舅 表妹 嫂子 亲家 我 我们",
        "size": "S码 M码 L码 XL 2XL 3XL 均码 大码 小码 中号 大号 小号 几码 多大 哪个码 标准码",
        "size_word": "偏大 偏小 合适 够吗 行吗 会不会大 会不会小 大一点 小一点 正好 紧不紧 宽松 长一点 短一点 厚一点 薄一点",
        "age": "一岁 两岁 三岁 五岁 八岁 十岁 半岁 满月 周岁 十八岁 三十岁 四十岁 五十岁 六十岁 七十岁 八十岁 九十岁 小学 初中 高中 大学 上班",
        "price_word": "贵 贵了点 合适 可以 还行 划算 便宜 不贵 高了 挺好 能接受 超预算了 值",
        "coupon": "优惠券 满减券 新人券 生日券 会员券 红包 折扣码 兑换码 代金券 运费券",
        "coupon_word": "不可用 已过期 未满足条件 不适用该商品 已使用 次数用完",
        "praise": "很好看 很喜欢 好用 质量好 做工细 包装仔细 手感好 味道好 很香 很软 很厚实 很轻 很方便 性价比高 比想象的好 没色差 尺寸刚好 发货快 物流快 服务好 态度好 超值 实用 精致 可爱 大气 耐用 保温好 不掉色 不起球 不粘锅 新鲜 甜 脆 安静 省电 容易装 好打理 和图片一样 孩子喜欢 老人喜欢 都说好 满意 惊喜 值得 可以回购",
        "praise_not": "一般 不太好用 不喜欢 质量差 做工粗糙 有色差 太小 太大 太薄 太重 太硬 太甜 太咸 不新鲜 味道大 掉色 起球 缩水 漏水 不保温 粘锅 声音大 费电 不好装 容易脏 占地方 不值 名不副实 没图片好看 不如以前 中看不中用 让人失望 差强人意 不经用",
        "defect": "碎了 裂了 坏了 破了 断了 漏水 掉漆 开线 有划痕 有污渍 有毛边 缺个角 少零件 打不开 关不上 不亮 不转 没声音 充不进电 发霉 变形 生锈 受潮 过期 褪色 脱胶 松了 歪了 凹进去 有气泡 是空的 颜色不对 有线头 不通电",
        "remedy": "退 换 退款 退货 换货 补发 补偿 修 维修 重发 赔 重新寄 退差价 给个优惠",
        "wish": "改进包装 快点处理 多备点货 说明写清楚 早点通知 少发消息 客服多一点 出大一点的 出小一点的 颜色多点 多搞活动 门店多开几家 把好质量关 换个快递 以后注意 别再发错 能有个说法 认真检查再发",
        "use": "用 装 拆 洗 清洗 安装 保养 充电 换电池 调 开 关 折叠 收纳 加热 泡 煮 消毒 连手机 摆 挂 固定 除味 打开 设置 搭配",
        "use_season": "拿出来 收起来 洗一洗 晒晒 换新的 买起来 备着",
        "stain": "酱油 咖啡 口红 墨水 菜汤 颜料 果汁 蜡 胶水 油 泥巴 红药水 茶渍 番茄酱",
        "part": "盖子 把手 电池 螺丝 灯泡 密封圈 滤网 底座 插头 绳子 拉链 扣子 轮子 支架 内胆 遥控器",
        "place_web": "小程序 公众号 官网 首页 会员中心 商城 直播间 视频号 活动页 订单页 群公告 收藏夹 购物车 客服中心 旗舰店",
        "link": "https://shop.example.com/i/{999} https://www.example.com/{9999} shop.example.com www.shop.example.com/new https://m.example.cn/p/{99999} https://shop.example.com/gift?id={999} 官网链接 详情页链接",
        "surname": " ".join("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"),
        "greet": "早 早上好 早安 上午好 中午好 下午好 晚上好 晚安 大家好 你们好 节日快乐 新年好 新年快乐 周末好 端午安康 中秋快乐 国庆快乐 圣诞快乐 生日快乐 元旦快乐 好久不见 周一快乐 周五啦 又见面了 路过 冒个泡",
        "care": "指教 关照 照顾 帮助 担待",
        "care_word": "多穿点 带伞 注意身体 早点休息 慢慢来 多喝水 加油 别太累 注意安全 别着凉 放轻松",
        "likes": "喜欢 爱 很爱 特别喜欢 不喜欢 不爱 习惯 天天念叨 想要 看上了 舍不得",
        "weather": "下雨 下雪 刮风 降温 出太阳 很热 很冷 有雾 零下{9}度 {99}度 闷热 打雷 阴天 干燥 潮湿 回南天 有霾 暖和",
        "meal": "早饭 午饭 晚饭 早上 中午 晚上 夜宵 年夜饭 下午茶 今天 昨天",
        "food": "饺子 面条 火锅 烤鱼 米饭 粥 包子 馒头 红烧肉 番茄炒蛋 麻辣烫 烧烤 米粉 螺蛳粉 汤圆 蛋糕 寿司 披萨 沙拉 羊肉串 豆腐脑 臭豆腐 鸭脖 鸡汤 狗不理包子 猪蹄 牛排 老婆饼 鸡蛋 鱼香肉丝 鸡腿 驴肉火烧 猪肉白菜 猪头肉 鸭血粉丝",
        "taste": "太咸了 好吃 香 有点辣 不成功 一锅端了 一家人抢着吃 糊了 味道可以 淡了点",
        "spot": "公园 动物园 医院 图书馆 博物馆 超市 商场 游乐园 海边 爬山 菜市场 驾校 学校 电影院 健身房 奶奶家 银行 理发店 游泳馆 寺庙 古镇",
        "pet": "猫 狗 小狗 小猫 橘猫 金毛 泰迪 仓鼠 乌龟 鹦鹉 兔子 狗子 主子 柴犬 猪 土狗 母猫 公猫",
        "pet_did": "打翻 咬坏 抓破 当玩具 吃 踩脏 叼走 弄 拆 尿湿 藏起来",
        "room": "客厅 卧室 厨房 阳台 书房 玄关 餐桌 窗台 卫生间 办公室 儿童房 床头 茶几 宿舍 店里 院子",
        "show": "剧 电影 综艺 动漫 小说 纪录片 比赛 直播 春晚",
        "show_word": "哭了 结局有点赶 演得好 不好看 笑死了 值得看 看睡着了 二刷了 太感人",
        "smell": "淡淡的 有点刺鼻 很清爽 像柠檬 没味道 有股塑料味 很舒服 像小时候的味道",
        "feel": "很滑 有点硬 软软的 很薄 挺厚 冰冰的 毛茸茸 粗糙 有分量",
        "look": "高级 简单 大方 有点旧 显小 挺亮 像样 顺眼 普通 喜庆 素净 小巧 年轻 老气",
        "sound": "大 小 吵 闷 脆 沙 尖",
        "small_flaw": "贵了点 小了点 薄了点 味道大了点 慢了点 重了点 颜色浅了点 包装简单 线头多 盖子紧 没说明书 要自己装 容易沾灰 不能机洗 运费高",
        "which": "个 款 种 家 件 套 位 一个",
        "bought": "买 拍 下单 收到 拿到 用 试 换 退 抢到",
        "leave": "去忙 去接孩子 下班 做饭 睡 撤 开会 出门 吃饭 潜水",
        "leave_back": "到家 下班 开完会 跑完步 打扫完 忙完",
        "cannot": "付不了款 领不到券 进不去 看不到 打不开 抢不到 没收到 查不到 登不上 搜不到 发不了图 退不了 没赶上 错过",
        "cannot_self": "没看清说明 又忘了用券 拍了两次 没注意尺寸 忘了改地址 看错时间了 看反了 点错了 记错日子了",
        "self": "笨 粗心 马虎 糊涂 傻 蠢 懒 慢 馋 健忘 眼瞎 手残 没出息 着急 激动 开心 幸运 难",
        "adjective": "好看 贵 便宜 快 慢 可爱 难抢 香 厉害 贴心 离谱 夸张 小 大 重 复杂 方便 美 真实 难了 惨 巧",
        "thing_en": "mug teapot candle lamp basket bag wreath cushion tray jar clock blanket card bunting lantern cup set box",
        "color_en": "blue red green white black pink grey gold",
        "place_en": "London Dublin France Germany Spain Norway Scotland Shanghai",
        "day_en": "Monday Tuesday Wednesday Friday Sunday",
    }.items()
}  # fmt: skip
_JOINTS = ("，", "，", "。", " ", "！", "~", "\n")


def write_shop_talk(count: int, luck: random.Random) -> list[str]:
    """Return so many ordinary messages of shops and communities: each topic equally often, some of two sentences, cut short or masked."""
    texts = []
    for _ in range(count):
        text = _sentence(luck)
        if luck.random() < 0.3:
            text += luck.choice(_JOINTS) + _sentence(luck)
        if luck.random() < 0.05:
            text = cut(text, luck, 3)
        texts.append(mask_digits(text) if luck.random() < 0.25 else text)
    return texts


def _sentence(luck: random.Random) -> str:
    return write(luck.choice(luck.choice(PATTERNS)), PHRASES, luck)
