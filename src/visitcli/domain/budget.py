"""What a household can carry (还款能力): what is left of its income after living, and how much of that an instalment
may take: income - essentials - dependants - priority debts - buffer.

House policy, after the Standard Financial Statement (United Kingdom) and 民事诉讼法 art. 254-255, by which a court
leaves the debtor and the dependants what they live on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

BUFFER_PERCENT = 10  # of the income, for what nobody foresees; never less than the floor for everybody
CARRIED_TENTHS = 9  # of the surplus, in tenths
SHOCK_PERCENT = 20  # by how much the income may fall in the test of how well a plan holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A month, in fen. `essentials_fen`: what living takes, of all who live from the income; `dependants_fen`: what
    goes to dependants beside it (赡养费、抚养费、寄回家的钱); `dependants`: how many people the customer provides for;
    `floor_fen`: what each person, the customer too, keeps untouched at least (当地最低生活保障标准)."""

    income_fen: int
    essentials_fen: int
    dependants: int = 0
    dependants_fen: int = 0
    priority_debts_fen: int = 0
    floor_fen: int = 0

    @property
    def living_fen(self) -> int:
        """What living costs, the dependants' too."""
        return self.essentials_fen + self.dependants_fen

    @property
    def buffer_fen(self) -> int:
        """Kept untouched: a tenth of the income, rounded up, and no less than the floor for everybody."""
        return max(-(-self.income_fen * BUFFER_PERCENT // 100), self.floor_fen * (1 + self.dependants))

    @property
    def surplus_fen(self) -> int:
        """What is left; below zero where it does not even reach."""
        return self.income_fen - self.living_fen - self.priority_debts_fen - self.buffer_fen

    @property
    def most_fen(self) -> int:
        """The highest instalment that it carries."""
        return max(self.surplus_fen * CARRIED_TENTHS // 10, 0)

    def carries(self, instalment_fen: int) -> bool:
        """Whether an instalment is at most nine tenths of the surplus; none is where there is no surplus."""
        return 0 <= instalment_fen * 10 <= self.surplus_fen * CARRIED_TENTHS if instalment_fen else True

    @property
    def shocked(self) -> Budget:
        """The same household when a fifth of its income is gone."""
        return replace(self, income_fen=self.income_fen * (100 - SHOCK_PERCENT) // 100)
