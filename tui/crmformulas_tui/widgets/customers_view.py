"""The customers of a segment, and the orders of one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input, Static

from crmformulas.formats import UNKNOWN, NumberFormat
from crmformulas.printable import printable
from crmformulas.translations import Label, Lang, Translated, term, translate
from crmformulas_tui.export import ExportTable
from crmformulas_tui.keys import Key, bindings
from crmformulas_tui.shorthand import written_out
from crmformulas_tui.widgets.customer_table import BLOCK, HEADS, CustomerTable
from crmformulas_tui.widgets.line_table import LineTable
from crmformulas_tui.widgets.listing import EVENT_HEADS, EVENTS, Listing, ListPosition, Rows
from crmformulas_tui.workspace import reporting

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from crmformulas.orders.analysis.customer_history import Event
    from crmformulas.orders.counting.customer_list import Customer, Customers, Filters
    from crmformulas.orders.selections.attributes import Attribute
    from crmformulas.orders.selections.completion import Suggestion
    from crmformulas_tui.workspace import Workspace

__all__ = ["KEYS", "CustomersView"]

KEYS = (
    Key("slash", "filter", Translated("filter", "filtrera")),
    Key("s", "sort", Translated("sort by ← →", "sortera på ← →")),
    Key("full_stop", "columns", Translated("columns", "kolumner")),
    Key("v", "reverse", Translated("reverse order", "omvänd ordning")),
    Key("ctrl+s", "save", Translated("save as segment", "spara som segment"), show=False),
)
"""What a pane that shows customers has as keys; their actions call the view."""


Values = dict[str, tuple[Any, ...]]
"""What the further columns say of customers, by id."""


@dataclass(frozen=True)
class ChosenColumns:
    """The columns that the user wants in lists of customers."""

    names: tuple[str, ...]


class _ConditionSuggester(Suggester):
    """Completes a condition as it is typed; the right arrow takes what is offered."""

    def __init__(self, view: CustomersView) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._view = view

    async def get_suggestion(self, value: str) -> str | None:
        """The condition with the first that may stand next."""
        offered = self._view.suggestions(value) if value.strip() else []
        return offered[0].text if offered else None


class _FilterField(Input):
    KEYS = (
        Key("enter", "leave(False)", Translated("to the list", "till listan")),
        Key("down", "leave(False)", Translated("to the list", "till listan"), show=False),
        Key("escape", "leave(True)", Translated("no filter", "inget filter")),
    )

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+a", "select_all", show=False),
        *bindings(KEYS),
    ]

    def action_leave(self, forget: bool) -> None:
        """Back to the list, with the filter or without."""
        view = self.parent
        assert isinstance(view, CustomersView)
        view.end_filter(forget=forget)


class CustomersView(Vertical):
    """A list of customers, paged from the engine; one of them can be opened.

    :meth:`begin` says which. What the user does with the list (another order, a filter) is kept
    until another list is asked for.
    """

    DEFAULT_CSS = """
    CustomersView { height: 1fr; }
    CustomersView > LineTable { height: 1fr; }
    CustomersView > _FilterField, CustomersView > _FilterField:focus {
        border: none; height: 1; padding: 0; background: $surface;
    }
    """

    class Changed(Message):
        """Another list, or the orders of a customer, are shown now."""

    class Empty(Message):
        """The list can't be had any more."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self.customer: Customer | None = None
        self._asked: Listing | None = None
        self._listed: Listing | None = None
        self._words: Label = ""
        self._base = self._typed = ""
        self._events: list[Event] = []
        self._fetching = False
        self._count_told = ""
        self._came = asyncio.Event()
        self._attributes: Mapping[str, Attribute] = {}
        self._segments: Sequence[str] = ()
        self._contact_columns: Sequence[str] = ()

    def compose(self) -> ComposeResult:
        """A line that says which customers, the field of the filter, the list, the orders."""
        lang = self.lang
        yield Static(id="customers-message", classes="message", markup=False)
        hint = Translated(
            "part of the id; f4-5 90d; or a condition: orders 4..5 and days_since > 90",
            "del av id; f4-5 90d; eller ett villkor: orders 4..5 and days_since > 90",
        )
        yield _FilterField(
            placeholder=translate(hint, lang),
            id="filter",
            select_on_focus=False,
            suggester=_ConditionSuggester(self),
        )
        yield CustomerTable(lang)
        heads = [replace(c, head=translate(EVENT_HEADS[c.key], lang)) for c in EVENTS]
        yield LineTable(heads, id="orders")

    def on_mount(self) -> None:
        """Begin with the list."""
        self._filter.display = False
        self._orders.display = False

    @property
    def lang(self) -> Lang:
        """The language of the screen."""
        return self.workspace.lang

    def reporting(self) -> AbstractContextManager[None]:
        """Show what goes wrong within as a notification, and go on."""
        return reporting(self, self.lang)

    @property
    def table(self) -> CustomerTable:
        """The list."""
        return self.query_one(CustomerTable)

    @property
    def _filter(self) -> _FilterField:
        return self.query_one(_FilterField)

    @property
    def _orders(self) -> LineTable:
        return self.query_one("#orders", LineTable)

    @property
    def first_focus(self) -> LineTable:
        """The table that has the keys."""
        return self.table if self.customer is None else self._orders

    # The list

    def begin(self, filters: Filters, words: Label) -> None:
        """List the customers that filters let through, the largest revenue first.

        Args:
            filters: Which customers.
            words: What they are called.
        """
        self.resume(ListPosition(Listing(filters), words, base=filters.where))

    def resume(self, position: ListPosition) -> None:
        """Go on where another view was left."""
        self._words, self._base, self._typed = position.words, position.base, position.typed
        self._listed = None
        with self.prevent(Input.Changed):
            self._filter.value = position.typed or position.listing.filters.text
        self._filter.display = self.filtered
        self._leave_customer()
        self.table.begin(0, (position.listing.sort, position.listing.descending), 0)
        self._message.update("")
        self._ask(position.listing, position.place)
        if position.customer is not None:
            self.run_worker(self._open(position.customer), exclusive=True, group="orders")

    @property
    def position(self) -> ListPosition | None:
        """Where the user is, to :meth:`resume` there in another view."""
        if self._asked is None:
            return None
        return ListPosition(
            self._asked, self._words, self.table.cursor, self.customer, self._base, self._typed
        )

    def renew(self) -> None:
        """List the same customers again, as they are counted otherwise now."""
        if self._asked is not None:
            self._ask(self._asked, place=self.table.cursor)
        if self.customer is not None:
            self.run_worker(self._open(self.customer), exclusive=True, group="orders")

    async def came(self, most: float) -> None:
        """Wait until what was asked for is shown, but not for longer than so many seconds.

        So keys that are typed ahead meet the list, and the screen stays alive where it takes long.
        """
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._came.wait(), most)

    @property
    def filters(self) -> Filters | None:
        """Which customers are listed."""
        return None if self._asked is None else self._asked.filters

    def _ask(self, listing: Listing, place: int = 0) -> None:
        self._asked = listing
        self._came.clear()
        self.run_worker(self._list(listing, place), exclusive=True, group="list")

    async def _list(self, listing: Listing, place: int) -> None:
        session, table = self.workspace.session, self.table
        customers_of = partial(Listing.page, listing)

        def first() -> tuple[int, int, list[Customer], Values]:
            customers = session.customers()
            self._attributes = customers.attributes
            self._segments = list(customers.people.segments)
            self._contact_columns = customers.contact_columns
            count = customers.count(listing.filters)
            block = max(min(place, count - 1), 0) // BLOCK
            page = customers_of(customers, block)
            return count, block, page, self._values(customers, page)

        doing = "sorting customers" if self._listed else "listing customers"
        came = False
        with self.reporting():
            count, block, page, values = await session.run(first, doing)
            self._listed = listing
            chosen = self.workspace.setting(ChosenColumns)
            table.choose(chosen.names if chosen else tuple(HEADS), self._further())
            table.begin(count, (listing.sort, listing.descending), place)
            table.put(block, page, values)
            self._tell(count)
            came = True
        self._came.set()
        if not came:
            # What is listed still is; the next key begins from there.
            self._asked = self._listed
            if self._listed is None:
                self.post_message(self.Empty())
            return
        self.post_message(self.Changed())
        self._fetch()

    def _values(self, customers: Customers, page: Sequence[Customer]) -> Values:
        """The further columns of some customers, in the engine's thread."""
        names = [one.name for one in self._further()]
        return customers.values_of([one.customer for one in page], names) if names else {}

    def _tell(self, count: int) -> None:
        figures = NumberFormat(self.lang)
        words = translate(
            Translated("customers", "kunder") if count != 1 else Translated("customer", "kund"),
            self.lang,
        )
        message = f"{figures.whole(count)} {words} · {printable(translate(self._words, self.lang))}"
        assert self._listed is not None
        if text := self._listed.filters.text:
            has = translate(Translated("id has", "id har"), self.lang)
            message += f" · {has} “{printable(text)}”"
        if self._typed:
            message += f" · {printable(self._typed)}"
        if not count:
            nobody = Translated("nobody is like that; / changes it", "ingen är sådan; / ändrar det")
            message += f": {translate(nobody, self.lang)}"
        self._count_told = message
        if self.customer is None:
            self._message.update(message)

    @property
    def _message(self) -> Static:
        return self.query_one("#customers-message", Static)

    def on_line_table_needs(self, event: LineTable.Needs) -> None:
        """Ask for the lines that came into sight."""
        if event.table is self.table:
            self._fetch()

    def _fetch(self) -> None:
        if not self._fetching and self._listed is not None:
            self._fetching = True
            self.run_worker(self._fetch_blocks(), group="blocks")

    async def _fetch_blocks(self) -> None:
        """Fetch the lines in sight that are not there, until nothing is missing."""
        session, table = self.workspace.session, self.table
        try:
            with self.reporting():
                while (block := table.lacks()) is not None and self._listed is not None:
                    listing = self._listed

                    def fetch(
                        listing: Listing = listing, block: int = block
                    ) -> tuple[list[Customer], Values]:
                        customers = session.customers()
                        page = listing.page(customers, block)
                        return page, self._values(customers, page)

                    page, values = await session.run(fetch, "sorting customers")
                    if listing is self._listed:
                        table.put(block, page, values)
        finally:
            self._fetching = False

    # Order and filter

    def sort(self) -> None:
        """Order by the column that is pointed at; once more turns the order."""
        if self._asked is not None:
            self._sort_by(self.table.pointed or self._asked.sort)

    def choose_columns(self) -> None:
        """Ask which columns the list has: the usual ones, and all that is known of customers."""
        from crmformulas_tui.dialogs.columns import ColumnsDialog

        if self._listed is None:
            return
        known: dict[str, tuple[Label, Label]] = {}
        for key, (head, _) in HEADS.items():
            about = self._attributes.get(key)
            known[key] = (head, about.about if about else "")
        for name, one in self._attributes.items():
            # What has no value here is not offered.
            if name not in known and not one.unknown:
                known[name] = (one.label, one.about)

        def take(names: list[str] | None) -> None:
            if names is not None and self._listed is not None:
                self.workspace.remember(ChosenColumns(tuple(names)))
                self._ask(self._listed, self.table.cursor)

        chosen = [column.key for column in self.table.columns]
        self.app.push_screen(ColumnsDialog(self.lang, known, chosen), take)

    def _further(self) -> list[Attribute]:
        """The attributes that have a column of their own."""
        chosen = self.workspace.setting(ChosenColumns)
        names = chosen.names if chosen else ()
        return [
            self._attributes[name]
            for name in names
            if name in self._attributes and name not in HEADS
        ]

    def _sort_by(self, key: str) -> None:
        """Texts begin with A, figures with the largest; the same column again turns the order."""
        now = self._asked
        if now is None:
            return
        if now.sort == key:
            self.reverse()
            return
        self._ask(replace(now, sort=key, descending=key != "customer"))

    def reverse(self) -> None:
        """Turn the order."""
        if self._asked is not None:
            self._ask(replace(self._asked, descending=not self._asked.descending))

    def on_line_table_head(self, event: LineTable.Head) -> None:
        """Order by the column whose head was clicked."""
        if event.table is self.table:
            event.stop()
            self._sort_by(event.key)

    def begin_filter(self) -> None:
        """Type what the id has."""
        self._filter.display = True
        self.screen.set_focus(self._filter)

    def end_filter(self, *, forget: bool) -> None:
        """Go back to the list, with the filter or without."""
        if forget:
            self._filter.value = ""
        elif self._is_condition(self._filter.value):
            self._select(written_out(self._filter.value) or self._filter.value.strip())
        elif self._filter.value.strip():
            self.run_worker(self._open_exact(self._filter.value.strip()), group="exact")
        if not self._filter.value:
            self._filter.display = False
        self.screen.set_focus(self.table)

    async def _open_exact(self, text: str) -> None:
        """Open the customer whose id is just what was typed, whoever else has it as a part."""
        from crmformulas.orders.selections.conditions import quoted

        if self._asked is None:
            return
        session = self.workspace.session
        where = f"customer = {quoted(text)}"
        both = f"({self._base}) and {where}" if self._base else where
        filters = replace(self._asked.filters, text="", where=both)
        with self.reporting():
            rows = await session.run(lambda: session.customers().page(0, 1, filters=filters))
            if rows and self.customer is None:
                await self._open(rows[0])

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as it is typed."""
        event.stop()
        if self._is_condition(event.value):
            # Half a condition selects nobody: it is taken with enter.
            self._offer(event.value)
        elif self._asked is not None:
            self._typed = ""
            filters = replace(self._asked.filters, text=event.value, where=self._base)
            self._ask(replace(self._asked, filters=filters))

    def suggestions(self, text: str) -> list[Suggestion]:
        """The suggestions for what may stand next in a condition."""
        from crmformulas.orders.selections.completion import complete

        return complete(text, self._attributes, self._segments)

    def _is_condition(self, text: str) -> bool:
        from crmformulas.orders.selections.completion import looks_like_condition

        return bool(written_out(text)) or looks_like_condition(text, self._attributes)

    def _offer(self, text: str) -> None:
        """Show what may stand next, and what it means where it is one thing alone."""
        if whole := written_out(text):
            self._message.update(whole)
            return
        offered = self.suggestions(text)
        words = "  ".join(one.word for one in offered)
        if len(offered) == 1:
            words += f" · {translate(offered[0].about, self.lang)}"
        self._message.update(printable(words) or self._count_told)

    def _select(self, condition: str) -> None:
        if self._asked is not None:
            self._typed = condition
            both = f"({self._base}) and ({condition})" if self._base else condition
            filters = replace(self._asked.filters, text="", where=both)
            self._ask(replace(self._asked, filters=filters))

    @property
    def listing(self) -> bool:
        """Whether the keys of the list work: no customer is open, and no filter is typed."""
        return self.customer is None and not self._filter.has_focus

    @property
    def filtered(self) -> bool:
        """Whether a text filters the list."""
        return bool(self._filter.value)

    # Saving

    def save(self) -> None:
        """Ask for a name, and keep who is listed as a segment of one's own."""
        from crmformulas_tui.dialogs.ask import AskText
        from crmformulas_tui.kept import condition_of

        if self._asked is None:
            return
        condition = condition_of(self._asked.filters)

        def check(text: str) -> str:
            if not text:
                why = Translated("give it a name", "ge det ett namn")
                raise ValueError(translate(why, self.lang))
            return text

        def take(name: str | None) -> None:
            if name is not None:
                self.run_worker(self._save(name, condition), group="save")

        question = Translated("Name of the segment", "Segmentets namn")
        note = condition or translate(Translated("all customers", "alla kunder"), self.lang)
        self.app.push_screen(AskText(self.lang, question, check, "", printable(note)), take)

    async def _save(self, name: str, condition: str) -> None:
        from crmformulas_tui.kept import keep_segment

        with self.reporting():
            path = await self.workspace.session.run(
                lambda: keep_segment(self.workspace, name, condition)
            )
            message = Translated("“{}” is a segment now", "”{}” är ett segment nu").format(name)
            if path is not None:
                message = Translated("{}, kept in {}", "{}, sparat i {}").format(message, path.name)
            self.notify(printable(translate(message, self.lang)), markup=False)

    # One customer

    def open(self) -> None:
        """Open the customer under the cursor."""
        one = self.table.customer(self.table.cursor)
        if one is not None and self.customer is None:
            self._came.clear()
            self.run_worker(self._open(one), exclusive=True, group="orders")

    def tell_all(self) -> None:
        """Tell all that is known of the customer who is open."""
        if self.customer is not None:
            self._came.clear()
            self.run_worker(self._tell_all(self.customer.customer), exclusive=True, group="orders")

    async def _tell_all(self, customer: str) -> None:
        from crmformulas_tui.dialogs.profile import ProfileDialog

        session = self.workspace.session
        with self.reporting():
            page = await session.run(lambda: session.page_of(customer), "finding what is known")
            self.app.push_screen(ProfileDialog(self.lang, page))
        self._came.set()

    async def _open(self, one: Customer) -> None:
        from crmformulas.orders.analysis.customer_history import history

        session = self.workspace.session
        with self.reporting():
            orders = await session.run(
                lambda: session.customers().orders_of(one.customer), "finding orders"
            )
            self._events = history(orders)
            self.customer = one
            f = NumberFormat(self.lang)
            self._orders.show_data(
                [
                    (
                        e.day.isoformat(),
                        UNKNOWN if e.step is None else f"F{e.step}",
                        f.fixed(e.amount, 2),
                        f.whole(e.gap_days),
                        f.fixed(e.revenue, 2),
                    )
                    for e in self._events
                ]
            )
            self._message.update(self._told(one))
            self.table.display = False
            self._filter.display = False
            self._orders.display = True
            self.screen.set_focus(self._orders)
            self.post_message(self.Changed())
        self._came.set()

    def _told(self, one: Customer) -> str:
        lang = self.lang
        f = NumberFormat(lang)
        tiers = " → ".join(
            UNKNOWN if t is None else printable(translate(term(t), lang))
            for t in (one.f12_tier, one.s12_tier)
        )
        orders = translate(Translated("order" if one.orders == 1 else "orders", "köp"), lang)
        return " · ".join(
            [
                printable(one.customer),
                UNKNOWN if one.status is None else translate(term(one.status), lang),
                tiers,
                f"{f.whole(one.orders)} {orders}",
                f.fixed(one.revenue, 2),
            ]
        )

    def close_customer(self) -> None:
        """Back to the list."""
        self._leave_customer()
        self._message.update(self._count_told)
        self._filter.display = self.filtered
        self.screen.set_focus(self.table)
        self.post_message(self.Changed())

    def _leave_customer(self) -> None:
        self.customer = None
        self._orders.display = False
        self.table.display = True

    # Export

    @property
    def _export_name(self) -> str:
        """The name of the list in that of a file: customers, and which."""
        which = translate(self._words, self.lang).partition(":")[0]
        return f"{translate(term('customers'), self.lang)}-{which}".replace(" ", "-")

    def export_tables(self) -> list[ExportTable]:
        """The whole list in its order, or the orders of the customer."""
        lang = self.lang
        if self.customer is not None:
            heads = [translate(EVENT_HEADS[c.key], lang) for c in EVENTS]
            rows: list[Any] = [tuple(e) for e in self._events]
            fields = ("day", "amount", "step", "gap_days", "revenue")
            order = [fields.index(c.key) for c in EVENTS]
            name = translate(Translated("orders", "köp"), lang)
            return [
                ExportTable(
                    f"{name} {self.customer.customer}",
                    heads,
                    [[row[i] for i in order] for row in rows],
                )
            ]
        listing = self._listed
        if listing is None:
            return []
        # All that is usual, and what was asked for; the contact list comes along anyway.
        further = [a.name for a in self._further() if a.name not in self._contact_columns]
        return [
            ExportTable(
                self._export_name,
                [*HEADS, *self._contact_columns, *further],
                Rows(self.workspace.session, listing, further),
                persons=True,
            )
        ]
