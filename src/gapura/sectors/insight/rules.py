"""From the effects on single families to cost, winners and losers by decile, region and kind, and marginal rates."""

from collections.abc import Callable, Iterable, Sequence

from gapura.sectors.insight.types import Band, Effect, Group

DECILES = 10
FEWEST = 5
"""Families that a group has at least, so that it tells of nobody alone."""
OTHERS = "others"
FLOORS: tuple[int | None, ...] = (None, 0, 1, 6, 16, 26, 36)
"""Bands of marginal rates in percent; None: below nothing, for who gains more than was earned."""


def group(effects: Sequence[Effect], name: str) -> Group:
    """All of them as one."""
    changes = [each.change for each in effects]
    return Group(
        name=name,
        families=len(effects),
        people=sum(each.people for each in effects),
        net_before=sum(each.net_before for each in effects),
        change=sum(changes),
        winners=sum(change > 0 for change in changes),
        losers=sum(change < 0 for change in changes),
    )


def group_by(effects: Sequence[Effect], key: Callable[[Effect], str]) -> tuple[Group, ...]:
    """A group for each name, the largest first; those too small to be shown alone are one, the last."""
    named: dict[str, list[Effect]] = {}
    for each in effects:
        named.setdefault(key(each), []).append(each)
    small = {name for name, among in named.items() if len(among) < FEWEST}
    groups = [group(among, name) for name, among in named.items() if name not in small]
    groups.sort(key=lambda one: (-one.people, one.name))
    if small:
        groups.append(group([each for name in sorted(small) for each in named[name]], OTHERS))
    return tuple(groups)


def group_by_decile(effects: Sequence[Effect]) -> tuple[Group, ...]:
    """Tenths of the people by their family's income a head, the poorest first."""
    everyone = sum(each.people for each in effects)
    tenths: list[list[Effect]] = [[] for _ in range(DECILES)]
    passed = 0
    for each in sorted(effects, key=lambda one: one.income / one.people):
        tenths[min(DECILES * passed // max(everyone, 1), DECILES - 1)].append(each)
        passed += each.people
    return tuple(group(among, str(number)) for number, among in enumerate(tenths, start=1))


def marginal_rate(net: int, net_with_more: int, step: int) -> int:
    """What of ``step`` more earned goes to the state, in taxes and lost benefits: permille, rounded down."""
    return (net - net_with_more) * 1000 // step


def bands(rates: Iterable[tuple[int, int]]) -> tuple[Band, ...]:
    """How many earners have which marginal rate (permille), before and after."""
    before, after = [0] * len(FLOORS), [0] * len(FLOORS)
    for one, other in rates:
        before[_band(one)] += 1
        after[_band(other)] += 1
    return tuple(Band(*each) for each in zip(FLOORS, before, after, strict=True))


def _band(permille: int) -> int:
    """A rate of 5 percent belongs to the band that ends with it: the law's own rates are upper ends."""
    if permille < 0:
        return 0
    percent = -(-permille // 10)
    return max(index for index, floor in enumerate(FLOORS) if floor is not None and floor <= percent)
