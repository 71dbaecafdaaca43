"""Roles, regions and departments (POLICY P1–P3), and scoring a case (T7)."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain import refusals as no
from agent_tui.domain.casework import Review, Stage
from agent_tui.domain.casework_rules import Actor, Casework, DepartmentRule, RegionRule, RoleRule, may_do
from agent_tui.domain.clocks import TimerState
from agent_tui.domain.permit import permit_role
from agent_tui.domain.policy import Policy, UnknownWord
from agent_tui.domain.ticket import Customer, MessageKind, Relation, Status, Ticket
from agent_tui.domain.views import Condition, Is, row, views_for
from tests.factories import AGENT, COLLEAGUE, CUSTOMER, HOUR, Story, action, at, complaint_at, shipped

RULES = shipped().casework
GERMAN = Customer(name="Anna Weber", emails=("a@example.de",), market="DE", language="de")
JAPANESE = Customer(name="Sato", emails=("sato@example.jp",), market="JP", language="ja")
EVERYBODYS = ("take", "reply", "classify", "complain", "record", "report", "accept", "carry_out", "resolve")


def role_of(kind: str, *roles: str, regions: tuple[str, ...] = (), ticket: Ticket | None = None) -> str:
    """The role in which somebody with these roles does an action of this kind. Raises Refusal."""
    return permit_role(ticket, kind, shipped(), Actor("x", roles, regions))


# P1: roles.


def test_P1_the_shipped_roles_are_those_of_the_policy() -> None:
    assert {key: (role.name["zh_CN"], role.handles) for key, role in RULES.roles.items()} == {
        "agent": ("一线客服", True),
        "senior": ("资深客服", True),
        "supervisor": ("区域客服主管", True),
        "lead": ("团队负责人", True),
        "qa": ("质检", False),
        "trainer": ("培训讲师", False),
        "analyst": ("数据分析", False),
    }


@pytest.mark.parametrize(
    ("kind", "roles"),
    [
        ("verify", ("supervisor", "lead")),
        ("plan", ("lead",)),
        ("review", ("supervisor", "lead", "qa", "trainer")),
        ("reply", ()),
    ],
)
def test_P1_who_may_do_what_comes_from_the_pack(kind: str, roles: tuple[str, ...]) -> None:
    assert may_do(kind, RULES) == roles
    for role in RULES.roles:
        if role in roles:
            assert role_of(kind, role) == role
        elif roles:
            with pytest.raises(no.NotYourRole) as refused:
                role_of(kind, role)
            assert refused.value.rule == "P1"
            assert refused.value.details == {"roles": ", ".join(roles), "yours": role}


@pytest.mark.parametrize("role", ["agent", "senior", "supervisor", "lead"])
@pytest.mark.parametrize("kind", EVERYBODYS)
def test_P1_whoever_works_tickets_does_the_agents_part(kind: str, role: str) -> None:
    assert role_of(kind, role) == role


@pytest.mark.parametrize("role", ["qa", "trainer", "analyst"])
def test_P1_support_staff_note_tag_link_and_advise_and_work_no_tickets(role: str) -> None:
    for kind in ("note", "tag", "link", "unlink", "advise", "undo"):
        assert role_of(kind, role) == role
    for kind in EVERYBODYS:
        with pytest.raises(no.NotYourRole) as refused:
            role_of(kind, role)
        assert refused.value.details["roles"] == "agent, senior, supervisor, lead"


def test_P1_the_first_role_that_may_is_the_one_that_counts() -> None:
    assert role_of("reply", "agent", "supervisor") == "agent"
    assert role_of("verify", "agent", "supervisor") == "supervisor"
    assert role_of("reply", "qa", "senior", "agent") == "senior"
    assert role_of("review", "qa", "supervisor") == "qa"


def test_P1_a_role_that_the_policy_does_not_have_allows_nothing() -> None:
    with pytest.raises(no.NotYourRole, match="wizard"):
        role_of("note", "wizard")
    assert role_of("note", "wizard", "agent") == "agent"
    with pytest.raises(no.NotYourRole):
        role_of("note")


def test_P1_the_role_is_journaled_in_the_action() -> None:
    story = complaint_at(Stage.VERIFY).verify(at("09:50"))
    journaled = msgspec.json.decode(msgspec.json.encode(story.actions[-1]), type=do.Action)
    assert journaled.role == "supervisor"
    assert b"role" not in msgspec.json.encode(story.actions[0])  # the agent's is understood


def test_P1_an_escalation_keeps_the_role_it_was_made_in() -> None:
    story = Story().perform(
        action(do.Escalate, at("09:10"), to="lead", text="Please.", role="senior", by="wang.fang")
    )
    assert [(each.by, each.role) for each in story.ticket.escalations] == [("wang.fang", "senior")]


def test_P1_a_company_may_define_roles_of_its_own() -> None:
    roles = {
        "agent": RoleRule("agent", {"en": "agent"}),
        "coach": RoleRule("coach", {"en": "coach"}, may=("resolve",)),
    }
    policy = replace(shipped(), casework=Casework(roles=roles))
    assert permit_role(None, "resolve", policy, Actor("x", ("agent", "coach"))) == "coach"
    with pytest.raises(no.NotYourRole):
        permit_role(None, "resolve", policy, Actor("x"))
    assert permit_role(None, "verify", policy, Actor("x")) == "agent"  # nobody is named: everybody may


# P2: regions.


def test_P2_the_regions_of_the_policy_are_there_and_no_market_is_in_two() -> None:
    names = [region.name["zh_CN"] for region in RULES.regions.values()]
    assert names[:3] == ["欧美区", "东南亚区", "日韩区"]
    markets = [market for region in RULES.regions.values() for market in region.markets]
    assert len(markets) == len(set(markets))
    assert all(region.languages for region in RULES.regions.values())


def test_P2_every_market_with_a_calendar_belongs_to_a_region() -> None:
    assert [market for market in shipped().markets if RULES.region_of(market) is None] == []


@pytest.mark.parametrize(
    ("market", "region"),
    [
        ("DE", "europe_americas"),
        ("VN", "south_east_asia"),
        ("KR", "japan_korea"),
        ("CN", "greater_china"),
        ("ZZ", None),
        (None, None),
    ],
)
def test_P2_a_market_belongs_to_a_region(market: str | None, region: str | None) -> None:
    assert RULES.region_of(market) == region


def test_P2_a_supervisor_verifies_in_the_regions_of_theirs() -> None:
    ticket = complaint_at(Stage.VERIFY, customer=GERMAN).ticket
    assert role_of("verify", "supervisor", regions=("europe_americas",), ticket=ticket) == "supervisor"
    assert role_of("verify", "supervisor", regions=("x", "europe_americas"), ticket=ticket) == "supervisor"
    with pytest.raises(no.NotYourRegion) as refused:
        role_of("verify", "supervisor", regions=("japan_korea",), ticket=ticket)
    assert (refused.value.rule, refused.value.details["region"]) == ("P2", "europe_americas")


def test_P2_without_a_region_every_region_is_theirs() -> None:
    ticket = complaint_at(Stage.VERIFY, customer=GERMAN).ticket
    assert role_of("verify", "supervisor", ticket=ticket) == "supervisor"


@pytest.mark.parametrize("market", [None, "ZZ"])
def test_P2_a_customer_of_no_known_region_is_everybodys(market: str | None) -> None:
    ticket = complaint_at(Stage.VERIFY, customer=replace(CUSTOMER, market=market)).ticket
    assert role_of("verify", "supervisor", regions=("japan_korea",), ticket=ticket) == "supervisor"


def test_P2_regions_bind_a_supervisors_own_actions_only() -> None:
    ticket = complaint_at(Stage.VERIFY, customer=GERMAN).ticket
    assert role_of("reply", "supervisor", regions=("japan_korea",), ticket=ticket) == "supervisor"
    assert role_of("verify", "lead", regions=("japan_korea",), ticket=ticket) == "lead"


def test_P2_who_is_team_lead_as_well_verifies_everywhere() -> None:
    ticket = complaint_at(Stage.VERIFY, customer=GERMAN).ticket
    assert role_of("verify", "supervisor", "lead", regions=("japan_korea",), ticket=ticket) == "lead"
    ours = complaint_at(Stage.VERIFY, customer=JAPANESE).ticket
    assert role_of("verify", "supervisor", "lead", regions=("japan_korea",), ticket=ours) == "supervisor"


def test_P2_a_company_defines_more_regions() -> None:
    regions = {**RULES.regions, "nordics": RegionRule("nordics", {"en": "Nordics"}, ("IS",))}
    assert replace(RULES, regions=regions).region_of("IS") == "nordics"


def test_P1_P2_a_leaders_turn_is_a_view_of_their_own() -> None:
    where = views_for(Actor("x", ("agent", "supervisor"), ("japan_korea",)), RULES)["turn"].where
    assert Condition("turn", Is.IN, ("supervisor",)) in where
    assert Condition("region", Is.IN, ("", "japan_korea")) in where
    assert "turn" not in views_for(Actor("x", ("agent", "senior")), RULES)
    assert "turn" not in views_for(Actor("x", ("qa",)), RULES)


@pytest.mark.parametrize(("stage", "turn"), [(Stage.VERIFY, "supervisor"), (Stage.PLAN, "lead")])
def test_P1_whatever_the_agent_does_meanwhile_it_stays_their_turn(stage: Stage, turn: str) -> None:
    unclassified = complaint_at(stage)
    unclassified.ticket = replace(unclassified.ticket, type=None, level=None)
    for story in (
        complaint_at(stage).customer(at("10:05")),
        complaint_at(stage).link(at("10:05"), 7, Relation.GROUP),
        unclassified,
    ):
        assert row(story.ticket, shipped()).turn == turn


# P3: departments.


def test_P3_the_departments_of_the_policy_and_how_long_they_may_take() -> None:
    assert {key: (rule.limit, rule.risk) for key, rule in RULES.departments.items()} == {
        "business": (8 * HOUR, False),
        "compliance": (4 * HOUR, True),
        "technical": (4 * HOUR, False),
        "legal": (24 * HOUR, False),
    }
    assert RULES.risk_department() == "compliance"
    assert Casework().risk_department() is None


def test_P3_an_engineer_answers_within_4_hours() -> None:
    story = Story().dispatch(at("09:10"))
    clock = story.clock("department:technical")
    assert (clock.rule, clock.start, clock.due) == ("P3", at("09:10"), at("13:10"))
    assert clock.state(at("13:10:01")) is TimerState.BREACHED
    assert story.advise(at("13:10")).clock("department:technical").state(at("14:00")) is TimerState.MET


def test_P3_a_question_and_its_answer_are_part_of_the_conversation() -> None:
    story = Story().dispatch(at("09:10")).advise(at("10:00"))
    asked = story.ticket.dispatches[0]
    assert (asked.department, asked.by, asked.answered, asked.answered_by) == (
        "technical",
        AGENT,
        at("10:00"),
        COLLEAGUE,
    )
    assert [message.preview for message in story.ticket.messages[1:]] == [
        "Which plug is it?",
        "The flat one.",
    ]
    assert {message.kind for message in story.ticket.messages[1:]} == {MessageKind.NOTE}


def test_P3_an_answer_is_recorded_to_the_oldest_open_question() -> None:
    story = Story().dispatch(at("09:10"), text="One?").dispatch(at("09:20"), text="Two?")
    story.dispatch(at("09:30"), "legal").advise(at("10:00"))
    assert [each.answered for each in story.ticket.dispatches] == [at("10:00"), None, None]
    story.advise(at("11:00"))
    assert [each.answered for each in story.ticket.dispatches] == [at("10:00"), at("11:00"), None]
    with pytest.raises(no.NoQuestionOpen) as refused:
        story.advise(at("12:00"))
    assert refused.value.rule == "P3"


def test_P3_each_question_has_a_clock_of_its_own() -> None:
    story = Story().dispatch(at("09:10")).dispatch(at("10:10")).advise(at("11:00"))
    assert [(timer.due, timer.ended) for timer in story.named("department:technical")] == [
        (at("13:10"), at("11:00")),
        (at("14:10"), None),
    ]


def test_P3_a_department_is_one_of_the_policy_and_gets_a_question() -> None:
    with pytest.raises(UnknownWord, match="circus") as refused:
        Story().dispatch(at("09:10"), "circus")
    assert refused.value.details["known"] == "business, compliance, technical, legal"
    with pytest.raises(UnknownWord):
        Story().advise(at("09:10"), "circus")
    with pytest.raises(no.Empty):
        Story().dispatch(at("09:10"), text=" ")
    with pytest.raises(no.Empty):
        Story().dispatch(at("09:10")).advise(at("09:20"), text="")


def test_P3_asking_takes_no_ticket_and_an_answer_neither() -> None:
    assert Story().dispatch(at("09:10")).advise(at("09:20")).ticket.owner is None


def test_P3_the_end_of_the_ticket_ends_an_open_question() -> None:
    story = Story().classify(at("09:05")).reply(at("09:06")).dispatch(at("09:10")).resolve(at("10:00"))
    assert story.clock("department:technical").ended == at("10:00")
    assert story.advise(at("11:00")).clock("department:technical").ended == at("11:00")


def test_P3_a_question_that_is_asked_after_the_end_waits_for_its_answer() -> None:
    story = Story().classify(at("09:05")).reply(at("09:06")).resolve(at("10:00")).dispatch(at("11:00"))
    clock = story.clock("department:technical")
    assert (clock.ended, clock.due) == (None, at("15:00"))
    assert row(story.ticket, shipped()).due is None  # nothing of an archived ticket counts down in the queue


def test_P3_a_department_that_the_company_has_left_out_keeps_its_question() -> None:
    story = Story().dispatch(at("09:10"))
    story.policy = replace(shipped(), casework=replace(RULES, departments={}))
    clock = story.clock("department:technical")
    assert (clock.rule, clock.due, clock.state(at("20:00"))) == ("P3", None, TimerState.PAUSED)


def test_P3_a_department_may_count_in_business_hours_or_have_no_limit() -> None:
    departments = {
        "technical": DepartmentRule("technical", {"en": "T"}, "P3", 4 * HOUR, "DE"),
        "legal": DepartmentRule("legal", {"en": "L"}, "P3"),
    }
    policy: Policy = replace(shipped(), casework=replace(RULES, departments=departments))
    story = Story(policy=policy).dispatch(at("15:00")).dispatch(at("15:00"), "legal")
    assert story.clock("department:technical").due == at("03-03 11:00")  # open 09:00–17:00 in Berlin
    assert story.clock("department:legal").due is None


def test_C9_T7_a_risk_stands_under_the_rule_for_risks() -> None:
    story = Story().dispatch(at("09:10"), "compliance", "Many kettles.", risk=True)
    assert (story.clock("department:compliance").rule, story.ticket.dispatches[0].risk) == ("C9", True)


def test_T7_without_a_department_for_risks_any_department_hears_of_them() -> None:
    departments = {"legal": DepartmentRule("legal", {"en": "L"}, "P3")}
    policy = replace(shipped(), casework=replace(RULES, departments=departments))
    assert Story(policy=policy).dispatch(at("09:10"), "legal", "!", risk=True).ticket.dispatches[0].risk


# T7: scoring a case.

POINTS = {"opening": 10, "listening": 12, "solution": 28, "tone": 20, "process": 15, "closing": 8}


def review(story: Story, **fields: object) -> Story:
    given: dict[str, object] = {"sample": "2026-W10", "points": POINTS, "by": "qa.lin", **fields}
    scored: do.Review = action(do.Review, at("03-05 09:00"), **given)  # type: ignore[arg-type]
    return story.perform(scored)


def solved() -> Story:
    return Story().classify(at("09:05")).reply(at("09:10")).resolve(at("09:20"))


def test_T7_the_card_has_100_points_and_counts_fatal_errors_apart() -> None:
    kinds: dict[str, int] = {}
    for section in RULES.card.values():
        kinds[section.kind] = kinds.get(section.kind, 0) + 1
    assert kinds == {"section": 6, "fatal": 6, "violation": 2}
    assert sum(section.points for section in RULES.card.values()) == 100


def test_T7_a_solved_case_is_scored_by_section() -> None:
    story = review(solved(), fatal=("off_platform",), violations=("data",), comment="See me.")
    assert story.ticket.reviews == (
        Review(
            id=story.actions[-1].id,
            at=at("03-05 09:00"),
            by="qa.lin",
            sample="2026-W10",
            points=POINTS,
            fatal=("off_platform",),
            violations=("data",),
            comment="See me.",
        ),
    )
    assert (story.ticket.owner, story.ticket.status) == (AGENT, Status.RESOLVED)
    assert len(story.ticket.messages) == 2


def test_T7_a_case_that_is_not_solved_is_not_scored() -> None:
    with pytest.raises(no.NotResolvedYet) as refused:
        review(Story())
    assert refused.value.rule == "T7"
    with pytest.raises(no.NotResolvedYet):
        review(Story().receive(at("09:10"), MessageKind.AUTOMATIC))


def test_T7_every_section_has_its_points_and_no_more_than_there_are() -> None:
    with pytest.raises(no.FieldRequired) as missing:
        review(solved(), points={key: value for key, value in POINTS.items() if key != "tone"})
    assert (missing.value.rule, missing.value.details["field"]) == ("T7", "tone")
    for allowed in (0, 20):
        assert (
            review(solved(), points={**POINTS, "tone": allowed}).ticket.reviews[0].points["tone"] == allowed
        )
    for points in (-1, 21):
        with pytest.raises(no.OutOfRange) as refused:
            review(solved(), points={**POINTS, "tone": points})
        assert refused.value.details == {"field": "tone", "low": 0, "high": 20}


@pytest.mark.parametrize(
    "fields",
    [
        {"points": {**POINTS, "charm": 5}},
        {"points": {**POINTS, "off_platform": 5}},
        {"fatal": ("data",)},
        {"violations": ("off_platform",)},
        {"fatal": ("rudeness",)},
    ],
)
def test_T7_sections_and_errors_are_those_of_the_card(fields: dict[str, object]) -> None:
    with pytest.raises(UnknownWord):
        review(solved(), **fields)
