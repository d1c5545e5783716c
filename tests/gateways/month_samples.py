"""A month page written by hand: an ordinary one, and the fullest there may be."""

from dataclasses import replace
from datetime import date

from booking.rhythm.board import AgendaItem, BoardTexts, KeyFigure, Meter, MonthBoard, MonthColumn, Phrase

SAVED = (54, 66, 82, 81, 92, 103, 112, 104, 105, 108, 102, 110)  # thousands of yuan
LABELS = (
    "11月",
    "12月",
    "1月",
    "2月",
    "3月",
    "4月",
    "5月",
    "6月",
    "7月",
    "8月",
    "9月",
    "10月",
)

ORDINARY = MonthBoard(
    park="星野渡科技园",
    title="2026年10月例会",
    state="草稿，由支部签发后冻结",
    made_on=date(2026, 11, 6),
    headline=(
        Phrase("10月，23 家企业少付租金 "),
        Phrase("11.0 万元", "/report/2026-10/why/saving"),
        Phrase("（−23.8%），其中小微 20 家少付 "),
        Phrase("8.6 万元", "/report/2026-10/why/small"),
        Phrase("（−34.8%）。开园一年累计 "),
        Phrase("111.8 万元", "/report/why/opening"),
        Phrase("。"),
    ),
    basis=(
        Phrase("77% 有租赁合同为凭", "/report/2026-10/why/documented"),
        Phrase("，其余为企业自报（虚线）。"),
    ),
    columns=tuple(
        MonthColumn(
            label,
            f"{saved / 10:.1f}",
            saved * 770 // 112,
            saved * 230 // 112,
            "/report/2026-10/why/saving",
            "/month/2026-10",
            chosen=label == "10月",
        )
        for label, saved in zip(LABELS, SAVED, strict=True)
    ),
    columns_note=(Phrase("万元；企业从 8 家到 23 家"),),
    agenda=(
        AgendaItem(
            1, "7 家", "会议室下午订不到", "已办结", "上月定：试开云起合并间周三全天 · 安澜", "/matters/1"
        ),
        AgendaItem(
            2, "5 家", "门口快递无处放", "待定", "建议：B 座 1 层闲置 18 m² 改快递间", "/matters/2", open=True
        ),
        AgendaItem(
            3,
            "3 家",
            "周末空调",
            "逾期 6 天",
            "上月定：延时到 20 点 · 物业",
            "/matters/3",
            late=True,
            stands=True,
        ),
    ),
    agenda_more=Phrase(""),
    uses=(
        Meter("工位 30 个", "43.0%", 430),
        Meter("会议室 13 间", "36.9%", 369),
        Meter("会客厅 2 个", "8.8%", 88),
    ),
    uses_notes=(
        Phrase("错时、延时占 16.9%，上月 17.2%"),
        Phrase("闲置点 6 处，4 处用起来了", "/idle-places"),
    ),
    cycle=(
        KeyFigure("25", "家收到 1 日的清单", "21 家打开；未打开的 4 家由联络员上门，2 家留了连心卡"),
        KeyFigure("6", "件诉求 15 日催办", "4 件办结；30 日评估：A216–A219 夜间无人，建议收窄"),
    ),
    hall=(
        KeyFigure(
            "3", "场活动，68 人到场，11 家企业", "全部提前 3 天通知；学习 1、培训 1、沙龙 1", "/activities"
        ),
        KeyFigure("9", "件投诉，去年同月 15 件", "平均 2.1 个工作日答复；逾期 1 件", "/needs"),
    ),
    foot=Phrase(
        "数据截至 11月6日 09:00：23 张账单、15 份租赁合同、8 份企业自报；2 家企业没有核对过的基线，不在数内"
    ),
    server="https://booking.demo.example",
    address="/month/2026-10",
    words=BoardTexts(
        "zh",
        "每月净节省",
        "这个月要定的事",
        "没有待定的事。",
        "闲置用起来了吗",
        "实际使用 ÷ 开放时间",
        "会客厅与投诉",
        "这一页的地址",
    ),
)

LONG = "会议室下午订不到，尤其是周三和周四的下午，大家都挤在同一个时候开会"
FULLEST = replace(
    ORDINARY,
    # As many lines as `kit.month_sheet.agenda` lets there be.
    agenda=(
        replace(ORDINARY.agenda[2], title=LONG, detail=LONG + LONG[:20]),
        replace(ORDINARY.agenda[2], detail=LONG[:20]),
        replace(ORDINARY.agenda[2], detail=LONG),
    ),
    agenda_more=Phrase("另有 9 件", "/month/2026-10/why/agenda"),
    uses=(*ORDINARY.uses, Meter("仓储 12 间", "100.0%", 1000)),
    cycle=(*ORDINARY.cycle, ORDINARY.cycle[0]),
    hall=(*ORDINARY.hall, ORDINARY.hall[0]),
    basis=(*ORDINARY.basis, Phrase("未具名企业合为一组，金额约到千元；另有 2 家不足三家，不在数内。")),
)

WAITS = AgendaItem(
    4, "3 firms", "想要母婴室", "to decide", "Proposed: A 座 1 层储物间改一间", "/matters/4", open=True
)
IN_ENGLISH = replace(
    ORDINARY,
    title="Meeting of October 2026",
    headline=(
        Phrase("October: 23 enterprises paid "),
        Phrase("¥110.0k", "/report/2026-10/why/saving"),
        Phrase(" less rent (about −20%), of them 20 small and micro ones paid "),
        Phrase("¥86.0k", "/report/2026-10/why/small"),
        Phrase(" less rent (about −34%). In the 11 signed months they paid "),
        Phrase("¥1,118.0k", "/report/why/opening"),
        Phrase(" less rent; 1 month is not signed yet."),
    ),
    basis=(
        Phrase("Leases stand behind about 76% of it, the rest is declared by enterprises (dashed). "),
        Phrase("4 unnamed enterprises are one group; what holds them is rounded to ¥1,000. "),
        Phrase("Too few to be a group, and not counted: 2 unnamed. 2 without a baseline, not counted."),
    ),
    agenda=(WAITS, WAITS, WAITS),
    agenda_more=Phrase("4 in all, 3 shown", "/month/2026-10/why/agenda"),
    uses=(
        Meter("Desk: 7", "42.3%", 423),
        Meter("Meeting room: 3", "38.1%", 381),
        Meter("Storage: 14", "80%", 800),
    ),
    uses_notes=(
        Phrase("about 32% of use off-peak or extended, last month about 24%"),
        Phrase("Reception hall: Not shown: it would tell what unnamed enterprises used"),
        Phrase("Activities took another 6 hours of the halls"),
        Phrase("idle places: 6, of them in use: 4, 415 m²", "/idle-places"),
        Phrase("Turned away: 41"),
    ),
    cycle=(
        KeyFigure(
            "25",
            "enterprises got their list of the 1st, sent on 8 Oct, after the holidays",
            "21 opened it; of the 4 that did not, 3 were visited",
        ),
        KeyFigure("2", "needs chased on the 15th", "2 answered since"),
        KeyFigure("10", "spaces evaluated on the 30th", "proposed: B 座 2 层 B203: close the evenings"),
    ),
    words=BoardTexts(
        "en",
        "Net saving by month",
        "To decide this month",
        "Nothing to decide.",
        "Are idle places used?",
        "used ÷ open time",
        "The hall, and complaints",
        "The address of this page",
    ),
)
