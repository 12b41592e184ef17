"""The console in a real browser: Debian's chromium against the real pages and a ledger of its own.

To test a page of yours, take `console` and open it as somebody:

    def test_a_family_is_found_by_its_childs_name(console):
        page = console.open("console:families", Role.OFFICE)
        page.get_by_label("Search").fill("Amina")
        ...
        axe.has_no_complaint(page)
        look.picture(page, "families")

`console.open(name or address, role)` gives a playwright page of somebody of that role who has signed in, second factor
and all. `width=PHONE`, `dark=True`, `javascript=False` and `language="es"` change the browser. What a page says on the
browser's console as an error fails the test: a broken script, a file that is missing, something the content policy
refused. Pictures go to a folder that pytest names at the end; PICTURES=FOLDER puts them
there: those of the docs are in docs/pictures.

A page that takes no id needs no test to be looked at by axe: test_every_page.py takes all of them from the addresses.
A new address has to go into the table of tests/console/test_permissions.py.

Where there is no chromium these tests are skipped; in CI they fail.
"""
