"""
Owns the sound of characters: pinyin without tones, from a table computed once, with the readings surnames have.

Refuses context: a given name is read character by character, which is what matching needs.
"""

from importlib.resources import files
from typing import Final


def _load() -> tuple[dict[int, str], frozenset[str]]:
    lines = files(__package__).joinpath("data", "pinyin.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split(" ", 1) for line in lines if not line.startswith("#")]
    sounds = {ord(char): syllable for syllable, chars in rows for char in chars}
    return sounds, frozenset(row[0] for row in rows)


SOUNDS, SYLLABLES = _load()

_SURNAME_READINGS: Final = (
    "曾zeng 单shan 單shan 仇qiu 解xie 区ou 區ou 查zha 朴piao 盖ge 蓋ge 华hua 乐yue 樂yue 翟zhai 员yun 缪miao 繆miao "
    "繁po 冼xian 洗xian 折she 召shao 秘bi 逄pang 种chong 重chong 燕yan 覃qin 宓mi 隗wei 郗xi 相xiang 应ying 柏bai "
    "贲ben 都du 葛ge 过guo 句gou 阚kan 牟mou 宁ning 谌chen 盛sheng 么yao 於yu 祭zhai 訾zi 撒sa 佴nai 厍she 那na "
    "能nai 瞿qu 仉zhang 郄qie 乜nie 黑he 晟cheng 任ren 尉wei 长zhang 卜bu 车che 贾jia 石shi 沈shen 费fei 降jiang "
    "钭tou 冯feng 藏zang 从cong 戴dai 哈ha 纪ji 蒙meng 曲qu 尹yin 谷gu 邵shao 俞yu 余yu 颉xie 逯lu 莘shen 鲍bao"
)
_COMPOUND_READINGS: Final = (
    "欧阳ouyang 歐陽ouyang 司马sima 司馬sima 上官shangguan 诸葛zhuge 諸葛zhuge 东方dongfang 皇甫huangfu 尉迟yuchi "
    "公孙gongsun 慕容murong 司徒situ 司空sikong 夏侯xiahou 令狐linghu 宇文yuwen 长孙zhangsun 轩辕xuanyuan 端木duanmu "
    "独孤dugu 南宫nangong 百里baili 呼延huyan 澹台tantai 公冶gongye 宗政zongzheng 濮阳puyang 淳于chunyu 单于chanyu "
    "太叔taishu 申屠shentu 钟离zhongli 闻人wenren 赫连helian 万俟moqi 鲜于xianyu 闾丘lvqiu 司寇sikou 拓跋tuoba "
    "西门ximen 东郭dongguo 南门nanmen 羊舌yangshe 微生weisheng 公良gongliang 乐正yuezheng 公羊gongyang 谷梁guliang "
    "第五diwu 东门dongmen 左丘zuoqiu 贺兰helan 纳兰nalan 叶赫yehe 完颜wanyan 耶律yelv 达奚daxi 褚师zhushi 仲孙zhongsun "
    "叔孙shusun 段干duangan 巫马wuma 公西gongxi 漆雕qidiao 壤驷rangsi 子车ziju 梁丘liangqiu 东宫donggong 即墨jimo"
)


def _pairs(text: str, width: int) -> dict[str, str]:
    return {word[:width]: word[width:] for word in text.split()}


SURNAME_SOUNDS: Final = _pairs(_SURNAME_READINGS, 1)
COMPOUND_SURNAMES: Final = _pairs(_COMPOUND_READINGS, 2)


def surname_sound(surname: str) -> str:
    """Give the reading a surname has as a surname."""
    return COMPOUND_SURNAMES.get(surname) or SURNAME_SOUNDS.get(surname) or surname.translate(SOUNDS)
