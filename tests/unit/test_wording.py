"""Words that come from the policy packs, told in the language in use."""

from __future__ import annotations

import pytest

from agent_tui import i18n
from agent_tui.domain.refusals import NotForYou, NotThisStage, NotYourRegion, NotYourRole, OutOfRange
from agent_tui.domain.ticket import Customer, Relation
from agent_tui.domain.timers import timers
from agent_tui.telling_errors import sentence, template, use_policy
from agent_tui.wording import RELATION, recipient_name, role_name, timer_name
from tests.factories import Story, at, opening, shipped


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("first_response", "first response", "首次响应"),
        ("promise", "promised deadline", "承诺期限"),
        ("complaint:report", "report to the supervisor", "上报区域主管"),
        ("complaint:revisit", "revisit", "回访"),
        ("department:technical", "answer from Technical / after-sales", "技术/售后答复"),
        ("legal:es_resolve", "settle the complaint", "处理完投诉"),
        ("progress", "progress message", "进展通报"),
        ("update", "promised progress message", "承诺的进展通报"),
        ("appointment", "appointed revisit", "约定回访"),
        ("complaint:gone", "gone", "gone"),
        ("department:gone", "answer from gone", "gone答复"),
        ("legal:gone\x1b[2J", "gone␛[2J", "gone␛[2J"),
        ("of the customer's own", "of the customer's own", "of the customer's own"),
    ],
)
def test_a_clock_is_called_by_the_words_of_the_policy(name: str, english: str, chinese: str) -> None:
    assert timer_name(name, shipped()) == english
    i18n.use("zh_CN")
    assert timer_name(name, shipped()) == chinese


def test_every_clock_of_a_complaint_has_a_name() -> None:
    customer = Customer(name="Ana", emails=("ana@example.es",), market="ES")
    story = Story(opening(at("09:00"), customer=customer)).complain(at("09:01"))
    story.apologise(at("09:02")).record(at("09:03")).dispatch(at("09:04")).report(at("09:05"))
    story.verify(at("09:06")).classify(at("09:07"), level=4, deadline=at("03-04 09:00")).proposes(at("09:08"))
    story.accept(at("09:09")).carry_out(at("09:10")).unsolved(at("09:11"), at("03-03 09:00"))
    story.settle(at("09:12")).appoint(at("09:13"), at("03-03 10:00"))
    i18n.use("zh_CN")
    for timer in timers(story.ticket, story.policy):
        assert not timer_name(timer.name, story.policy).isascii(), timer.name


def test_roles_and_recipients_are_called_as_the_policy_does() -> None:
    i18n.use("zh_CN")
    assert role_name("supervisor", shipped()) == "区域客服主管"
    assert role_name("gone", shipped()) == "gone"
    assert recipient_name("asia", shipped()) == "亚洲班次"
    assert recipient_name("zhang\x1b", shipped()) == "zhang␛"


def test_refusals_name_what_the_policy_names() -> None:
    use_policy(shipped())
    i18n.use("zh_CN")
    for refusal, words in (
        (NotThisStage(now="report", asked="verify"), "“上报区域主管”"),
        (NotYourRole(roles="supervisor, lead", yours="agent"), "区域客服主管、团队负责人"),
        (NotYourRegion(region="japan_korea"), "日韩区"),
        (NotForYou(to="europe"), "欧洲班次"),
        (OutOfRange(field="opening", low=0, high=10), "开场与身份确认"),
        (OutOfRange(field="recommend", low=0, high=10), "0"),
    ):
        assert words in sentence(refusal)


def test_a_template_leaves_no_braces() -> None:
    assert template("Level {level} needs {what!r}.") == "Level … needs …."


def test_every_relation_has_words() -> None:
    assert RELATION.keys() == set(Relation)
