"""
Owns what names of synthetic people are made of: surnames with rough weights and characters of given names.

Written from general knowledge; the weights are rounded ranks, not a statistic, and carry no licence of anybody else.
"""

from typing import Final

# Weight, then surnames of about that share (per ten thousand people).
_BY_WEIGHT: Final = (
    (700, "王李张"),
    (480, "刘陈"),
    (300, "杨赵黄"),
    (220, "周吴徐孙胡朱"),
    (160, "高林何郭马罗"),
    (120, "梁宋郑谢韩唐冯于董萧"),
    (95, "程曹袁邓许傅沈曾彭吕"),
    (75, "苏卢蒋蔡贾丁魏薛叶阎"),
    (60, "余潘杜戴夏钟汪田任姜"),
    (50, "范方石姚谭廖邹熊金陆"),
    (42, "郝孔白崔康毛邱秦江史"),
    (35, "顾侯邵孟龙万段雷钱汤"),
    (30, "尹黎易常武乔贺赖龚文"),
    (24, "庞樊兰殷施陶洪翟安颜"),
    (20, "倪严牛温芦季俞章鲁葛"),
    (16, "伍韦申尤毕聂丛焦向柳"),
    (13, "邢路岳齐梅莫庄辛管祝"),
    (10, "左涂谷祁时舒耿牟卜路"),
    (8, "詹关苗凌费纪靳盛童欧"),
    (6, "甄项曲成游阳裴席卫查"),
    (4, "屈鲍位覃霍翁隋植甘景"),
    (3, "薄单包司柏宁柯阮桂闵"),
    (2, "解仇区冉房边卞花缪宗"),
)
_COMPOUND: Final = ((4, "欧阳"), (2, "上官"), (2, "司马"), (2, "诸葛"), (1, "司徒"), (1, "夏侯"), (1, "皇甫"))

SURNAMES: Final[tuple[tuple[str, int], ...]] = (
    *{surname: weight for weight, row in reversed(_BY_WEIGHT) for surname in row}.items(),
    *((surname, weight) for weight, surname in _COMPOUND),
)

_GIVEN: Final = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲华红玉建国春梅海燕"
    "雪琴志鹏宇浩轩子涵梓欣怡佳琪诗雨晨曦思源博雅俊豪天昊泽睿嘉凯旋毅恒峰岩松柏"
    "林森木桦楠彬斌飞翔云龙虎鹤凤鸣仁义礼智信德福寿康宁安泰和顺祥瑞吉庆喜乐欢悦"
    "爱莲荷菊竹薇蕾蓉萍莉茜芸芬芝菲蓓婷婕妍娇媛嫣姗倩雯霏雷震东南西北中正大光亮"
    "阳旭日月星辰昕晓晗暄晶朗清澈江河湖波洁淑慧贞惠巧颖聪哲思想念恩忠孝诚实厚朴"
    "坚固钢铁金银铭锋锐钧铎鑫钰珍珠宝琳琅瑶瑾瑜璐璇琼环佩玮珂珊冰霜露虹彩霓"
    "永远长久新立业成功胜利仲季元亨利启承继绍学书翰墨章彦才良友邦民众兴旺盛"
    "耀荣昌茂根树苗田野石山川岭岳崇高群岚岱卫保守为有可如意若无非凡超越先进步前程"
    "万里千秋世代宗祖家园庭门户景色香馨芷蕙兆丰裕盈满圆润沛沐泉溪淳淼涵浦润潇洛"
    "乔奕弈羽翎翼骏骥驰骋驹鸿雁鹃莺燕舒展扬帆航舟济渡桥广达通顺畅健壮勤奋努力"
    "行知言语谦逊让尚贤能"
)
# A character appears once, however often it was written above.
GIVEN_CHARACTERS: Final[tuple[str, ...]] = tuple(dict.fromkeys(_GIVEN))
