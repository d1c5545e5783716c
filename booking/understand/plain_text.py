"""A sentence in one width, one script and small letters, character by character."""

from typing import NamedTuple

LONGEST = 200
"""Characters of a sentence that are read; nobody says more in one breath."""

WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
MARKS = str.maketrans(
    {"\u3000": " ", "\xa0": " ", "\t": " ", "\n": " ", "\r": " ", "。": ".", "－": "-", "—": "-"}
)
DASHES = str.maketrans(dict.fromkeys("–−‐‑―～〜∼﹣", "-") | {"~": "-", "’": "'", "‘": "'", "：": ":"})
TRADITIONAL = str.maketrans(
    "點週會議後間個鐘禮儲倉樓層廳號兩時從開請幫訂預約帶視頻電話離這還嗎櫃庫貨棟區與備麥風響謝給們現馬幾總連續過臺單雙"
    "節內邊熒螢為無靠當來東門樣於並將關務實對萬參試進設麼聽說見誰讓裡裏員學習業傳機報廣選擇較適樂貴張專禮",
    "点周会议后间个钟礼储仓楼层厅号两时从开请帮订预约带视频电话离这还吗柜库货栋区与备麦风响谢给们现马几总连续过台单双"
    "节内边荧萤为无靠当来东门样于并将关务实对万参试进设么听说见谁让里里员学习业传机报广选择较适乐贵张专礼",
)


class PlainText(NamedTuple):
    """What is read: `shown` keeps capitals and the script, `read` does not; both as long as what came."""

    shown: str
    read: str
    rest: str

    @classmethod
    def of(cls, sentence: str) -> "PlainText":
        """Take a sentence up to the longest that is read; the rest is kept as it came."""
        shown = sentence[:LONGEST].translate(WIDE).translate(MARKS).translate(DASHES)
        small = "".join(low if len(low := letter.lower()) == 1 else letter for letter in shown)
        return cls(shown, small.translate(TRADITIONAL), sentence[LONGEST:])
