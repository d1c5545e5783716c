"""The texts of the product's mails, in the reader's language: one function a letter.

Verbs know no sentences. A view or job gives a verb a callable made here
(`partial(accounts.invitation, link=…)`); the verb calls it with its facts and hands the finished
`LetterText` to `booking.mail.outbox.write_letter` in its own transaction. The texts are Jinja templates in
`templates/letters/*.txt`, their sentences stand in the catalogues like every other.

    def closed(invoice: Invoice, …) -> LetterText:
        return render(park, language, "invoice", lambda: gettext("…账单"), invoice=invoice, …)
"""
