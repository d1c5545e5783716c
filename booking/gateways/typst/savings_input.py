"""The savings report as finished texts and proportions for its sheet."""

from typing import Any

from booking.gateways.typst.press import svg_code
from booking.savings.papers.report_paper import Chain, CorrectionLine, FigureProof, QuotedEffect, ReportPaper
from booking.values import Money, writing


def _chain(chain: Chain) -> dict[str, Any]:
    """Write a chain; one that was rounded as about so much."""
    about = "" if chain.exact else "约 "

    def written(amount: Money) -> str:
        return writing.money_text(amount) if chain.exact else about + writing.whole_yuan_text(amount)

    def declared(amount: Money) -> str:
        return "" if amount == Money.zero() else f"其中自报 {written(amount)}"

    return {
        "area_before": about + writing.square_metres_text(chain.area_before),
        "area_now": writing.square_metres_text(chain.area_now),
        "area_saved": about + writing.square_metres_text(chain.area_saved),
        "area_percent": writing.percent_text(chain.area_percent, exact=chain.exact),
        "baseline": written(chain.baseline_rent),
        "kept": written(chain.kept_rent),
        "shared": written(chain.shared_spend),
        "saving": written(chain.saving),
        "saving_percent": writing.percent_text(chain.saving_percent, exact=chain.exact),
        "declared": {
            "baseline": declared(chain.declared_baseline),
            "kept": declared(chain.declared_kept),
            "saving": declared(chain.declared_saving),
        },
        "negative": chain.saving < Money.zero(),
        "sources": {
            "baseline": chain.baseline_source.value,
            "kept": chain.kept_source.value,
            "shared": chain.shared_source.value,
            "saving": chain.saving_source.value,
            "area": chain.area_source.value,
        },
    }


def _columns(chain: Chain) -> dict[str, int]:
    """Give the heights of the picture in thousandths of the taller column; a saving below 0 has no gap."""
    now = chain.kept_rent + chain.shared_spend
    tallest = max(chain.baseline_rent.fen, now.fen, 1)
    return {
        "baseline": chain.baseline_rent.fen * 1000 // tallest,
        "kept": max(chain.kept_rent.fen, 0) * 1000 // tallest,
        "shared": max(chain.shared_spend.fen, 0) * 1000 // tallest,
        "gap": max(chain.saving.fen, 0) * 1000 // tallest,
    }


UNNAMED = "未具名企业"


def _effect(effect: QuotedEffect) -> dict[str, str]:
    return {
        "enterprise": effect.enterprise,
        "subject": effect.subject,
        "statement": effect.statement,
        "said_on": writing.long_date(effect.said_on),
    }


def _correction(one: CorrectionLine) -> dict[str, str]:
    return {
        "enterprise": one.enterprise,
        "month": writing.month_text(one.month),
        "reference": f"贷记单 {one.reference}",
        "amount": writing.money_text(one.amount),
        "dated": one.dated.isoformat(),
    }


def _proof(proof: FigureProof) -> dict[str, str]:
    return {
        "figure": proof.figure,
        "value": writing.money_text(proof.value),
        "source": proof.source.value,
        "reference": proof.reference,
        "dated": proof.dated.isoformat(),
    }


def _rows(paper: ReportPaper) -> list[dict[str, Any]]:
    rows = [{"name": named.short_name, "mark": "自报", **_chain(named.chain)} for named in paper.named]
    if paper.unnamed is not None:
        name = f"{UNNAMED} {paper.unnamed.count} 家"
        rows.append({"name": name, "mark": "含自报", **_chain(paper.unnamed.chain)})
    return rows


def _sources(paper: ReportPaper) -> list[dict[str, Any]]:
    return [
        {
            "short_name": one.short_name,
            "name": one.name,
            "qr": svg_code(one.url),
            "proofs": [_proof(proof) for proof in one.proofs],
        }
        for one in paper.named
    ]


def _documented(paper: ReportPaper) -> str:
    known = paper.documented
    return "" if known is None else writing.percent_text(known, exact=not paper.rounded)


def report_data(paper: ReportPaper) -> dict[str, Any]:
    """Give everything that `savings.typ` reads."""
    return {
        "park": paper.park,
        "branch": paper.branch,
        "month": writing.month_text(paper.month),
        "dated": writing.long_date(paper.dated),
        "enterprise_count": paper.enterprise_count,
        "totals": _chain(paper.totals),
        "columns": _columns(paper.totals),
        "rows": _rows(paper),
        "rounded": paper.rounded,
        "left_out": paper.left_out,
        "signed": paper.signed,
        "corrections": [_correction(one) for one in paper.corrections],
        "effects": [_effect(effect) for effect in paper.effects],
        "sources": _sources(paper),
        "small": _chain(paper.small) if paper.small else None,
        "small_count": paper.small_count,
        "documented": _documented(paper),
        "without_baseline": paper.without_baseline,
        "url": paper.url,
        "qr": svg_code(paper.url),
        "provisional": paper.provisional,
    }
