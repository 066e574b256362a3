"""Leads: how they are scored, and how they are won, lost and opened again."""

from decimal import Decimal
from typing import Any, Literal, Self

from erp_modules.crm import CrmStage, Environment

from graphql_erp import Model, Q, UserError, check, mutation, onchange, query

_PRIORITY = {"low": 0, "normal": 10, "high": 20}
_MEETING = 10
_MOST_MEETINGS = 3


class CrmLead(Model):
    """A lead's state follows its stage, however it comes there."""

    @classmethod
    async def default_stage(cls, env: Environment) -> CrmStage | None:
        """Return the first stage of the pipeline."""
        return await env["CrmStage"].where(Q(is_won=False, is_lost=False)).first()

    def compute_score(self) -> int:
        """Half of it is the probability; meetings and priority make the rest."""
        meetings = min(len(self.meetings), _MOST_MEETINGS)
        return int(self.probability / 2) + _PRIORITY[self.priority] + meetings * _MEETING

    @classmethod
    async def before_create(cls, records: list[Self]) -> None:
        """Give new leads the state of their stage."""
        await records[0].fetch("stage")
        for lead in records:
            lead.follow_stage()

    @classmethod
    async def before_update(cls, records: list[Self]) -> None:
        """Give leads that move the state of their new stage."""
        moved = [lead for lead in records if "stage" in lead.changed]
        if moved:
            await moved[0].fetch("stage")
        for lead in moved:
            lead.follow_stage()

    def follow_stage(self) -> None:
        """Have the state, the day and the probability that the stage stands for."""
        if self.stage is None:
            return
        state: Literal["open", "won", "lost"] = "open"
        if self.stage.is_won or self.stage.is_lost:
            state = "won" if self.stage.is_won else "lost"
        if state == self.state:
            return
        if self.state == "lost":
            self.lost_reason = None
        self.state = state
        self.closed_on = None if state == "open" else self.env.today
        if state != "open":
            self.probability = Decimal(100 if state == "won" else 0)

    @onchange("contact", load=["contact"])
    def take_contact(self) -> None:
        """Take the contact's e-mail address and phone number where none is given."""
        if self.contact is not None:
            self.email = self.email or self.contact.email
            self.phone = self.phone or self.contact.phone or self.contact.mobile

    @check(load=["salesperson.company", "salesperson.companies"])
    def salesperson_works_for_the_company(self) -> None:
        """Refuse a salesperson who would not see the lead."""
        if self.company is None or self.salesperson is None:
            return
        if self.company not in (self.salesperson.company, *self.salesperson.companies):
            raise UserError(
                "{name} does not work for the company of this lead.", name=self.salesperson.name
            ).at("salesperson")

    @mutation
    async def mark_won(self, note: str | None = None) -> Self:
        """Move the lead to the first stage that counts as won.

        Args:
            note: Is added to the lead's notes.

        Raises:
            UserError: It is won already, or lost.
        """
        self._must_be_open()
        return await self._close(await self._first_stage(is_won=True), note)

    @mutation
    async def mark_lost(self, reason: str, note: str | None = None) -> Self:
        """Move the lead to the first stage that counts as lost.

        Args:
            reason: Why it was lost.
            note: Is added to the lead's notes.

        Raises:
            UserError: It is lost already, or won, or there is no reason.
        """
        self._must_be_open()
        if not reason.strip():
            raise UserError("Say why the lead was lost.").at("reason")
        return await self._close(await self._first_stage(is_lost=True), note, lost_reason=reason)

    @mutation
    async def reopen(self, probability: int = 10) -> Self:
        """Move a lead that was won or lost back to the first stage.

        Args:
            probability: What it is now.

        Raises:
            UserError: It is open.
        """
        if self.state == "open":
            raise UserError("Lead {lead} is open.", lead=self.name)
        stage = await self._first_stage(is_won=False, is_lost=False)
        return await self.update(stage=stage, probability=probability)

    @query
    @classmethod
    async def duplicates(cls, env: Environment, email: str) -> "list[CrmLead]":
        """Return the leads of an e-mail address, archived ones too, in any spelling of it.

        Args:
            env: On whose behalf.
            email: The address.
        """
        leads = env[cls].where(Q(email__istartswith=email.strip()))
        same = email.strip().casefold()
        found = await leads.archived().all()
        return [lead for lead in found if lead.email and lead.email.casefold() == same]

    def _must_be_open(self) -> None:
        if self.state != "open":
            raise UserError("Lead {lead} is already {state}.", lead=self.name, state=self.state)

    async def _first_stage(self, **is_what: bool) -> CrmStage:
        stage = await self.env["CrmStage"].where(Q(**is_what)).first()
        if stage is None:
            raise UserError("The pipeline has no such stage.")
        return stage

    async def _close(self, stage: CrmStage, note: str | None, **values: Any) -> Self:
        if note:
            values["notes"] = "\n".join(filter(None, [self.notes, note]))
        return await self.update(stage=stage, **values)
