"""Whether a visit met the customer: of a visit on this device, and of one that only the office's file tells of."""

from __future__ import annotations

GONE = frozenset({"customer_moved", "wrong_address"})
"""Outcomes after which the customer is not to be looked for at that address."""

_NOT_MET = GONE | {"nobody_home", "no_suitable_person", "identity_unconfirmed", "message_left", "not_met"}
_MET = frozenset({"promise", "plan_agreed", "considering", "refused", "disputed"})  # come of a talk only

# As offices write results, the telling words, in the order in which they decide: "未见到本人", "见到本人和家人".
_SAYS_NOT = (
    "未见", "没见", "没有见", "不在", "无人", "没人", "not met", "not home", "not at home", "not in", "no answer",
)  # fmt: skip
_SAYS_MET = (
    "本人", "见到客户", "见到借款人", "面谈", "面见", "当面", "met", "spoke to customer", "spoke with customer",
)  # fmt: skip
_SAYS_GONE = ("搬", "拆迁", "查无", "空置", "空房", "地址有误", "地址错误", "moved", "vacant", "wrong address")
_SAYS_OTHERS = (
    "家人", "父母", "配偶", "邻居", "同事", "前台", "物业", "保安", "nobody", "no one", "family", "relative",
    "neighbour", "neighbor", "colleague",
)  # fmt: skip


def was_met(outcome: str, identity: str) -> bool | None:
    """Of a finished visit by its outcome and the answer to `identity` ("" for none); None where neither tells."""
    if identity == "confirmed" or outcome in _MET:
        return True
    return False if outcome in _NOT_MET else None


def result_says(text: str) -> tuple[bool | None, bool]:
    """Of the office's own words for a visit's result: whether the customer was met (None where they do not tell), and
    whether the customer is gone from there."""
    said = text.casefold()
    not_met, met, gone, others = (
        any(word in said for word in words) for words in (_SAYS_NOT, _SAYS_MET, _SAYS_GONE, _SAYS_OTHERS)
    )
    if met and not not_met:
        return True, False
    return (False if not_met or gone or others else None), gone


_ANSWERED = frozenset({"reached", "third_person", "promised", "refused", "disputed", "hardship", "call_back"})
_SAYS_NO_ANSWER = (
    "未接", "没接", "无人接", "无法接通", "不在服务区", "关机", "停机", "空号", "占线", "忙音", "拒接", "挂断",
    "no answer", "not answered", "busy", "switched off", "unreachable", "voicemail",
)  # fmt: skip


def call_was_answered(result: str) -> bool:
    """Of a call by its result, a code of ours or the office's own words. One that does not tell counts as not answered:
    it has been dialled."""
    said = result.casefold()
    if said in _ANSWERED:
        return True
    if any(word in said for word in _SAYS_NO_ANSWER):
        return False
    return any(
        word in said for word in ("接通", "接听", "通话", "本人", "家人", "answered", "spoke", "承诺", "同意", "拒绝还")
    )
