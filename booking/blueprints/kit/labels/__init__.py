"""Names of things in the reader's language, for pages and letters; some are filters too."""

from flask import Flask

from booking.blueprints.kit.labels import (
    consent,
    invoices,
    jumps,
    kept_quotes,
    needs,
    people,
    prices,
    reservations,
    series,
    spaces,
    waiting,
)


def init(app: Flask) -> None:
    """Give the templates these names, and `way_to(endpoint, …)`."""
    named = (
        consent.asked_managers, consent.held_for_asker, consent.park_asked_next, consent.why_not_alone,
        needs.activity_kind, needs.useful_label,
        jumps.jump_figures, jumps.jump_label, jumps.jump_times, jumps.jump_line, kept_quotes.kept_quote,
        needs.fault_line, needs.figure_time, needs.late_text, needs.late_label, needs.matter_history,
        needs.need_asker, needs.need_glyph, needs.need_history, needs.need_kind, needs.need_place,
        needs.need_state, needs.need_tone,
        people.account_state, people.asked_because, people.because, people.rights_label,
        people.role_name, people.role_rights, people.size_name, people.who_did,
        prices.band_name, prices.price_range, prices.range_detail,
        reservations.door_name,
        reservations.place_on_site, reservations.reservation_mark, reservations.check_in_mark,
        reservations.ending_name, reservations.ending_label,
        reservations.is_mine, reservations.place_name, reservations.planned_text, reservations.quoted,
        reservations.state_mark, reservations.times,
        series.occurrence_label, series.series_rule,
        spaces.charged_place, spaces.kind_name, spaces.whole_name, spaces.whole_parts,
        waiting.parks_proposal, waiting.promised,
    )  # fmt: skip
    app.jinja_env.filters.update({name.__name__: name for name in named})
    app.jinja_env.filters.update(longer_hours=spaces.hours_of, extended_where=spaces.where_of)
    app.context_processor(lambda: {"way_to": reservations.way_to})
    invoices.init_invoice_labels(app)
