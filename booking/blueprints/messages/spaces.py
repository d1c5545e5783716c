"""Words for what the inventory and the register of idle places refuse, and opening a day for longer."""

from booking.blueprints.kit.filters import comma_list, full_day
from booking.blueprints.kit.labels.spaces import longer_hours
from booking.language import gettext
from booking.spaces import floor_plan as plans, pictures, rules
from booking.spaces.exchange import import_spaces, reading, unpacking
from booking.spaces.extended import rules as extended_rules
from booking.spaces.idle import rules as idle_rules
from booking.values import Refusal
from booking.values.writing import minute_clock


def wording(refusal: Refusal) -> str | None:
    """Say a refusal of the room `spaces`; None where it is another room's."""
    text: str | None
    match refusal:
        case rules.AreaNameTaken(name=name):
            text = gettext("已经有名为“%(name)s”的区域，请换一个名称。", name=name)
        case rules.AreaInUse(name=name, spaces=spaces):
            text = gettext(
                "“%(name)s”里还有 %(spaces)s 个空间（含已停用的），先把它们改到别的区域。",
                name=name,
                spaces=spaces,
            )
        case rules.CodeTaken(code=code):
            text = gettext("编号 %(code)s 已被另一个空间使用（可能已停用），请换一个编号。", code=code)
        case rules.SpaceStillBooked(count=count):
            text = gettext("还有 %(count)s 个预订或使用没有结束，取消或改到别处后才能停用。", count=count)
        case rules.PartOfCombined(wholes=wholes):
            text = gettext(
                "它是组合空间 %(codes)s 的一部分，先停用或改动组合空间。", codes=comma_list(wholes)
            )
        case rules.PartsRetired(parts=parts):
            text = gettext("组成部分 %(codes)s 已停用，先恢复它们。", codes=comma_list(parts))
        case rules.PartsStillBooked(count=count):
            text = gettext("还有 %(count)s 个预订或使用没有结束，之后才能改动组成部分。", count=count)
        case _:
            text = _of_parts(refusal) or _of_rules(refusal) or _of_files(refusal)
            text = text or _of_pictures(refusal) or _of_plans(refusal)
    return text


def _of_parts(refusal: Refusal) -> str | None:
    text: str | None = None
    match refusal:
        case rules.PartCannotBe(codes=codes) if codes:
            text = gettext(
                "%(codes)s 不能作为组成部分：须是同类、在用、自身没有组合的空间。", codes=comma_list(codes)
            )
        case rules.PartCannotBe():
            text = gettext("选中的组成部分里有一个已经不在了，请重新选择。")
        case rules.OnePartIsNoCombination():
            text = gettext("组合空间至少由两个空间组成；不是组合空间就一个也不选。")
        case rules.PartCannotCombine(wholes=wholes):
            text = gettext(
                "它已是组合空间 %(codes)s 的一部分，自身不能再由别的空间组成。", codes=comma_list(wholes)
            )
    return text


def _of_rules(refusal: Refusal) -> str | None:
    text: str | None = None
    match refusal:
        case rules.RuleOutOfRange(lowest=lowest, highest=highest):
            text = gettext("请填写 %(lowest)s 到 %(highest)s 之间的数。", lowest=lowest, highest=highest)
        case rules.ClosesBeforeItOpens():
            text = gettext("关闭时间须晚于开放时间；通宵开放请填 00:00 到 24:00。")
        case rules.MaximumBelowMinimum():
            text = gettext("最长不能短于最短。")
        case rules.MinimumOffStep(step=step):
            text = gettext("最短须是 %(step)s 分钟（时间刻度）的整数倍，否则谁也订不了。", step=step)
        case rules.MinimumBeyondTheDay(open_minutes=open_minutes):
            text = gettext("每天只开放 %(minutes)s 分钟，最短不能比它还长。", minutes=open_minutes)
    return text


def _of_pictures(refusal: Refusal) -> str | None:
    text: str | None = None
    match refusal:
        case pictures.NotAPicture(may_be_drawn=True):
            text = gettext("这个文件不是完整的图片。请上传 SVG、JPEG、PNG、WebP、GIF 或 BMP。")
        case pictures.NotAPicture():
            text = gettext("这个文件不是完整的图片。请上传 JPEG、PNG、WebP、GIF 或 BMP。")
        case pictures.NotADrawing(why=pictures.WhyNotDrawn.OTHER_FILES):
            text = gettext(
                "这个 SVG 用到了别的文件里的图片，那些不会去取。请在画图软件里把图片嵌入，或导出成 PNG。"
            )
        case pictures.NotADrawing(why=pictures.WhyNotDrawn.CUT_OFF):
            text = gettext("这个 SVG 不完整，没有写完。请在画图软件里重新导出，或导出成 PNG。")
        case pictures.NotADrawing():
            text = gettext(
                "这个 SVG 画不出来：太复杂，或者写法有误。请在画图软件里简化后另存，或导出成 PNG。"
            )
        case pictures.PictureTooLarge(megabytes=megabytes, megapixels=megapixels):
            text = gettext(
                "图片太大：最多 %(megabytes)s MB、%(megapixels)s 百万像素。请先缩小。",
                megabytes=megabytes,
                megapixels=megapixels,
            )
    return text


def _of_plans(refusal: Refusal) -> str | None:
    text: str | None = None
    match refusal:
        case plans.PlanSizeOutOfRange(lowest=lowest, highest=highest):
            text = gettext("须在 %(lowest)s 与 %(highest)s 之间。", lowest=lowest, highest=highest)
        case plans.OutsideThePlan(name=name, columns=columns, rows=rows):
            text = gettext(
                "%(name)s 不在图内：图宽 %(columns)s 格、高 %(rows)s 格，位置从 0 数起，宽和高至少 1 格。",
                name=name or gettext("底图的一个矩形"),
                columns=columns,
                rows=rows,
            )
        case plans.OneOverAnother(first=first, second=second):
            text = gettext("%(first)s 和 %(second)s 叠在一起了，挪开一个。", first=first, second=second)
        case plans.TooManyShapes(most=most):
            text = gettext("底图最多 %(most)s 个矩形。", most=most)
        case plans.NotOfThisArea():
            text = gettext("有一个空间不属于这个区域，或者已停用，不能放在这张图上。请再看一遍。")
        case plans.NoEarlierPlan():
            text = gettext("没有可以撤销的，或者刚才又有人保存过：先看一眼现在的图。")
    return text


def _of_files(refusal: Refusal) -> str | None:
    text: str | None = None
    match refusal:
        case reading.FileTooLarge(megabytes=megabytes, rows=rows):
            text = gettext(
                "文件太大：最多 %(megabytes)s MB、%(rows)s 行。请拆成几个文件。",
                megabytes=megabytes,
                rows=rows,
            )
        case unpacking.WorkbookTooComplex(cells=cells):
            text = gettext(
                "这个工作簿太复杂：格式（样式）、图形或隐藏内容太多，或超过 %(cells)s 格。"
                "请把要导入的表格复制到一个新的工作簿（只粘贴数值），或另存为 CSV，再上传。",
                cells=f"{cells:,}",
            )
        case reading.FileTooSlow(seconds=seconds):
            text = gettext(
                "读了 %(seconds)s 秒还没有读完，已停止，什么都没有导入。请拆成几个文件，或另存为 CSV。",
                seconds=seconds,
            )
        case reading.FileUnreadable(old_excel=True):
            text = gettext("这是旧版 Excel（.xls）文件，请在 Excel 里另存为 .xlsx 再上传。")
        case reading.FileUnreadable(locked=True):
            text = gettext("这个工作簿加了打开密码。请在 Excel 里去掉密码，另存为 .xlsx 再上传。")
        case reading.FileUnreadable():
            text = gettext(
                "读不出这个文件：它已损坏，或者不是表格。请在 Excel 或 WPS 里打开它，"
                "另存为 .xlsx 或“CSV UTF-8（逗号分隔）”，再上传新存的那一份。"
            )
        case reading.FileEmpty(workbook=True):
            text = gettext(
                "第一张工作表里没有空间：第一行是列名，从第二行起每行一个空间。其他工作表不会读取。"
            )
        case reading.FileEmpty():
            text = gettext("文件里没有空间：第一行是列名，从第二行起每行一个空间。")
        case import_spaces.PlanOutOfDate():
            text = gettext("没有导入：预览之后空间清单有变动，或这个文件已经导入过。请再看一遍下面的结果。")
    return text


def wording_of_idle_places(refusal: Refusal) -> str | None:
    """Say a refusal of the register; None where it is another room's."""
    text: str | None
    match refusal:
        case idle_rules.EmptyInFuture(today=today):
            text = gettext("闲置日期最晚是今天（%(day)s）。", day=full_day(today))
        case idle_rules.UsedBeforeEmpty(empty_since=day):
            text = gettext("它从 %(day)s 起才空出来，投入使用不能更早。", day=full_day(day))
        case idle_rules.UsedInFuture(today=today):
            text = gettext(
                "投入使用的日期最晚是今天（%(day)s）；还没开始用的，先写成用途。", day=full_day(today)
            )
        case idle_rules.NoSpacesMade():
            text = gettext("请至少勾选一个由它做成的空间。")
        case idle_rules.MadeOfAnother(codes=codes):
            text = gettext("%(codes)s 已经记在另一处闲置点名下。", codes="、".join(codes))
        case idle_rules.ProposalMissing():
            text = gettext("请写上可以做什么用。")
        case idle_rules.InUseAlready(since=since):
            text = gettext("它从 %(day)s 起已经投入使用。", day=full_day(since))
        case _:
            text = None
    return text


def wording_of_extended_hours(refusal: Refusal) -> str | None:
    """Say a refusal about extended hours; None where it is another room's."""
    text: str | None
    match refusal:
        case extended_rules.NoHourNamed():
            text = gettext("请填写开到几点，或提前到几点开。")
        case extended_rules.ClosesTooEarly():
            text = gettext("要晚于开门时间，最晚 24:00；过了午夜的，另加在第二天。")
        case extended_rules.ExtendedInPast(today=today):
            text = gettext("这一天或这个钟点已经过去了，今天是 %(day)s。", day=full_day(today))
        case extended_rules.NothingLonger(opens=opens, closes=closes):
            hours = {"opens": minute_clock(opens), "closes": minute_clock(closes)}
            text = gettext("那天本来就开放 %(opens)s–%(closes)s，这样并没有延长。", **hours)
        case extended_rules.ExtendedBefore(opens=opens, closes=closes):
            text = gettext(
                "那天已有延时开放（%(hours)s）；要改，先收回那一条。", hours=longer_hours(opens, closes)
            )
        case extended_rules.HoursBooked():
            text = _booked(refusal)
        case extended_rules.HoursOver(day=day):
            text = gettext("%(day)s的延时已经开始或过去了，收不回来。", day=full_day(day))
        case _:
            text = None
    return text


def _booked(no: extended_rules.HoursBooked) -> str:
    if not no.activities:
        return str(
            gettext("这段延时里已有 %(count)s 个预订或使用，不能收回；先请他们改期或取消。", count=no.count)
        )
    titles = comma_list(gettext("“%(title)s”", title=one) for one in no.activities)
    if not no.count:
        return str(gettext("活动%(titles)s要用这段延时，不能收回；先取消活动，换个时间再办。", titles=titles))
    words = gettext(
        "活动%(titles)s和 %(count)s 个预订或使用要用这段延时，不能收回；先取消或请他们改期。",
        titles=titles, count=no.count,
    )  # fmt: skip
    return str(words)
