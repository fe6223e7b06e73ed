"""The pages: what the public reads, what the asker can do, what a desk shows, and that nothing typed is lost."""

import re
import uuid

import pytest
from django.core.cache import cache
from django.template import Context, Template
from django.urls import reverse
from django.utils import translation

from kepu.directory.todos.queries import todos_for
from kepu.foundation.clock import fixed
from kepu.oversight.models import Question
from kepu.oversight.services import judge_answer, refer_question, refuse_question, reopen_question
from tests.factories import OrganisationFactory
from tests.oversight.factories import MONDAY, Scene, ask, set_days

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _fresh_turns():
    cache.clear()


def text(answer):
    return answer.content.decode()


def filled(**more):
    return {
        "kind": "ask",
        "title": "题",
        "text": "正文",
        "form_key": str(uuid.uuid4()),
        "about": "",
        "website": "",
        **more,
    }


def test_a_visitor_asks_and_gets_number_and_code_once(client):
    scene = Scene()
    about = f"directory.organisation:{scene.body.pk}"
    page = text(client.get(f"/ask/new/?about={about}"))
    assert scene.body.name in page
    key = re.search(r'name="form_key" value="([0-9a-f-]{36})"', page)[1]

    answer = client.post("/ask/new/", filled(form_key=key, about=about))

    question = Question.objects.first()
    assert question.public_number in text(answer)
    code = re.search(r"\d{4} \d{4} \d{4}", text(answer))[0]
    assert "no-store" in answer["Cache-Control"]
    own = client.post("/ask/mine/", {"number": question.public_number, "code": code})
    assert "办公室正在审核" in text(own)
    assert code.replace(" ", "") not in str(dict(client.session))
    assert code not in text(client.get("/ask/"))


def test_reloading_the_receipt_shows_the_same_numbers(client):
    form = filled()

    first, again = client.post("/ask/new/", form), client.post("/ask/new/", form)

    def numbers(answer):
        return re.findall(r"<dd>([\d -]+)</dd>", text(answer))

    assert numbers(first) == numbers(again)
    assert len(numbers(first)) == 2


def test_a_hundred_thousand_characters_are_refused_and_kept_in_the_form(client):
    words = "字" * 100_000

    answer = client.post("/ask/new/", filled(text=words))

    assert answer.status_code == 400
    assert "写了 100000 字，最多 2000 字" in text(answer)
    assert words in text(answer)
    assert not Question.objects.exists()


def test_an_empty_form_says_what_is_missing_and_a_filled_trap_keeps_the_words(client):
    answer = client.post("/ask/new/", filled(text=""))
    assert answer.status_code == 422
    assert 'value="题"' in text(answer)

    answer = client.post("/ask/new/", filled(website="http://spam.example"))
    assert answer.status_code == 422
    assert "spam.example" not in text(answer)
    assert "正文" in text(answer)
    assert not Question.objects.exists()


def test_the_same_form_with_other_words_can_be_sent_again_at_once(client):
    form = filled()
    client.post("/ask/new/", form)

    answer = client.post("/ask/new/", {**form, "title": "另一件事"})

    assert answer.status_code == 409
    key = re.search(r'name="form_key" value="([0-9a-f-]{36})"', text(answer))[1]
    assert key != form["form_key"]
    assert client.post("/ask/new/", {**form, "title": "另一件事", "form_key": key}).status_code == 200
    assert Question.objects.count() == 2


def test_too_many_questions_in_an_hour_are_refused_with_the_words_kept(client):
    set_days("asks_per_hour", 1)
    client.post("/ask/new/", filled())

    answer = client.post("/ask/new/", filled(text="第二件"))

    assert answer.status_code == 429
    assert "第二件" in text(answer)


def test_an_unknown_thing_is_not_found(client):
    assert client.get("/ask/new/?about=plan.task:0").status_code == 404
    assert client.get("/ask/new/?about=%3Cscript%3E").status_code == 404
    assert client.get("/ask/2024-1/").status_code == 404


def test_script_is_shown_as_text_everywhere(client):
    with fixed(MONDAY):
        scene = Scene()
        receipt = ask(SCRIPT, SCRIPT, about=f"directory.organisation:{scene.body.pk}")
        client.force_login(scene.office)
        address = reverse("oversight:desk_question", args=[receipt.question_id])
        pages = [text(client.get(address)), text(client.get("/desk/oversight/"))]
        client.post(f"{address}release/", {"title": SCRIPT, "text": SCRIPT, "owner": scene.body.pk})
        client.post(f"{address}details/", {"text": SCRIPT})
        client.post("/ask/mine/details/", {"number": receipt.number, "code": receipt.code, "text": SCRIPT})
        client.post(f"{address}answer/", {"text": SCRIPT, "note": SCRIPT})
        client.post(
            "/ask/mine/verdict/",
            {"number": receipt.number, "code": receipt.code, "verdict": "unsettled", "text": SCRIPT},
        )
        pages += [
            text(client.get(address)),
            text(client.get("/ask/")),
            text(client.get(f"/ask/{receipt.number}/")),
            text(client.post("/ask/mine/", {"number": receipt.number, "code": receipt.code})),
            text(client.get(f"/ask/?about={SCRIPT}&state={SCRIPT}&body={SCRIPT}")),
            text(client.post("/ask/new/", filled(title=SCRIPT, text="", about=SCRIPT, kind=SCRIPT))),
            text(client.post("/ask/mine/", {"number": SCRIPT, "code": SCRIPT})),
        ]

    assert Question.objects.get(pk=receipt.question_id).state == "unsettled"
    assert not [page for page in pages if SCRIPT in page]
    assert sum("&lt;script&gt;" in page for page in pages) >= 6


def test_nothing_is_public_before_it_is_released(client):
    with fixed(MONDAY):
        scene = Scene()
        refused = Scene()
        refuse_question(refused.pk, reason="abuse", text="请好好说。", actor=refused.office)

        page = text(client.get("/ask/"))
        assert "展馆" not in page
        assert client.get(f"/ask/{scene.receipt.number}/").status_code == 404
        assert client.get(f"/ask/{refused.receipt.number}/").status_code == 404
        scene.release()
        assert "展馆周一开放吗" in text(client.get("/ask/"))
        own = text(client.post("/ask/mine/", {"number": refused.receipt.number, "code": refused.receipt.code}))
        assert "请好好说" in own


def test_the_public_page_explains_clock_trail_and_answer_without_inner_notes(client):
    set_days("days_ask", 10)
    with fixed(MONDAY):
        scene = Scene().release()
        page = text(client.get(f"/ask/{scene.receipt.number}/"))
        assert "2024-09-14" in page
        assert "从 2024-09-02 起算，当日不计" in page
        assert "09-07 至 09-08 周末" in page
        client.force_login(scene.liaison)
        client.post(f"/desk/oversight/{scene.pk}/answer/", {"text": "周二开放。", "note": "秘密备注"})
        client.logout()
        page = text(client.get(f"/ask/{scene.receipt.number}/"))

    assert "周二开放。" in page
    assert "秘密备注" not in page
    assert scene.liaison.name not in page
    assert "只有提问人能说解决了没有" in page


def test_without_a_deadline_the_page_says_so(client):
    with fixed(MONDAY):
        scene = Scene().release()

    page = text(client.get(f"/ask/{scene.receipt.number}/"))
    assert "本站还没有为这类提问定答复期限" in page
    assert "逾期" not in page.split("怎么算")[0].split("办理经过")[0]


def test_a_year_without_calendar_is_said_on_the_page(client):
    set_days("days_ask", 5)
    with fixed(MONDAY.replace(year=2095)):
        scene = Scene().release()

        assert "2095 年的放假安排还没有载入" in text(client.get(f"/ask/{scene.receipt.number}/"))


def test_filters_narrow_the_list(client):
    with fixed(MONDAY):
        first, second = Scene().release(), Scene(kind="complain").release().answer()

    def numbers(query):
        return re.findall(r'href="/ask/(2024-\d+)/"', text(client.get(f"/ask/?{query}")))

    assert numbers("") == [second.receipt.number, first.receipt.number]
    assert numbers("state=answered") == [second.receipt.number]
    assert numbers("kind=ask") == [first.receipt.number]
    assert numbers(f"body={first.body.pk}") == [first.receipt.number]
    assert numbers(f"about=directory.organisation:{second.body.pk}") == [second.receipt.number]
    assert len(numbers("subject=directory.organisation")) == 2
    assert numbers("subject=plan.task") == []
    assert len(numbers("state=nonsense&body=999999999999999999999&kind=x")) == 2


def test_counts_stand_by_name_and_late_only_where_there_is_a_deadline(client):
    set_days("days_complain", 2)
    with fixed(MONDAY):
        a = Scene(body=OrganisationFactory(name="甲示例局", sort_key="a"), kind="complain").release()
        b = Scene(body=OrganisationFactory(name="乙示例局", sort_key="b")).release().answer()
        judge_answer(*b.proof, is_settled=False, text="不行")
        reopen_question(*b.proof)
        Scene(body=a.body, kind="complain").release().answer()
    with fixed(MONDAY.replace(day=20)):
        page = text(client.get("/ask/"))
        late = text(client.get("/ask/?late=on"))

    rows = re.findall(r'<th scope="row"><a href="\?body=\d+">(.+?)</a></th>((?:<td class="number">.*?</td>)+)', page)
    assert [(name, re.findall(r">([^<]+)</td>", cells)) for name, cells in rows] == [
        ("甲示例局", ["1", "1", "1", "0", "0"]),
        ("乙示例局", ["1", "—", "0", "—", "1"]),
    ]
    assert re.findall(r'href="/ask/(2024-\d+)/"', late) == [a.receipt.number]


def test_the_list_costs_the_same_for_three_questions_and_for_thirty(client, django_assert_max_num_queries):
    for _n in range(3):
        Scene().release()
    client.get("/ask/")
    with django_assert_max_num_queries(12) as few:
        client.get("/ask/")
    for _n in range(17):
        Scene().release()
    with django_assert_max_num_queries(len(few)):
        client.get("/ask/")


def test_the_desks_list_costs_the_same_for_three_questions_and_for_twenty(client, django_assert_max_num_queries):
    scene = Scene().release()
    client.force_login(scene.liaison)
    for _n in range(2):
        Scene(body=scene.body).release()
    client.get("/desk/oversight/")
    with django_assert_max_num_queries(20) as few:
        client.get("/desk/oversight/")
    for _n in range(17):
        Scene(body=scene.body).release()
    with django_assert_max_num_queries(len(few)):
        assert text(client.get("/desk/oversight/")).count("/desk/oversight/") > 20


def test_one_question_costs_the_same_with_a_long_trail(client, django_assert_max_num_queries):
    with fixed(MONDAY):
        scene = Scene().release()
        address = f"/ask/{scene.receipt.number}/"
        client.get(address)
        with django_assert_max_num_queries(15) as few:
            client.get(address)
        for _n in range(4):
            refer_question(scene.pk, owner_id=OrganisationFactory().pk, text="转。", actor=scene.office)
        with django_assert_max_num_queries(len(few)):
            client.get(address)


def test_the_second_answerer_is_told_and_keeps_the_words(client):
    scene = Scene().release()
    client.force_login(scene.office)
    client.get(f"/desk/oversight/{scene.pk}/")
    scene.answer()

    answer = client.post(f"/desk/oversight/{scene.pk}/answer/", {"text": "我写了很久的答复。"})

    assert answer.status_code == 409
    assert "可能刚有人办过" in text(answer)
    assert "我写了很久的答复。" in text(answer)


def test_a_phone_number_in_an_answer_asks_for_a_second_look(client):
    scene = Scene().release()
    client.force_login(scene.liaison)
    words = {"text": "请打 0532-85912345。"}

    answer = client.post(f"/desk/oversight/{scene.pk}/answer/", words)
    assert answer.status_code == 400
    assert "0532-85912345" in text(answer)
    assert client.post(f"/desk/oversight/{scene.pk}/answer/", {**words, "is_checked": "on"}).status_code == 302


def test_who_refers_a_question_away_is_led_back_to_the_list(client):
    scene = Scene().release()
    client.force_login(scene.liaison)

    answer = client.post(f"/desk/oversight/{scene.pk}/refer/", {"owner": OrganisationFactory().pk, "text": "归他们。"})

    assert answer.url == "/desk/oversight/"


def test_a_wrong_code_does_nothing_and_says_so(client):
    scene = Scene().release().answer()

    answer = client.post(
        "/ask/mine/verdict/", {"number": scene.receipt.number, "code": "000000000000", "verdict": "settled"}
    )

    assert answer.status_code == 404
    assert "编号和查询码对不上" in text(answer)
    assert scene.question.state == "answered"


def test_what_an_asker_typed_too_late_is_still_there(client):
    scene = Scene().release().answer()
    proof = {"number": scene.receipt.number, "code": scene.receipt.code}
    client.post("/ask/mine/verdict/", {**proof, "verdict": "settled"})

    answer = client.post("/ask/mine/verdict/", {**proof, "verdict": "unsettled", "text": "其实没有解决"})

    assert answer.status_code == 409
    assert "其实没有解决" in text(answer)


def test_any_page_can_show_the_count_and_lead_to_asking(django_assert_num_queries):
    scene = Scene().release()
    tag = Template('{% load oversight %}{% ask_about "directory.organisation" body %}')

    with django_assert_num_queries(1):
        shown = tag.render(Context({"body": scene.body.pk}))

    assert "已有 1 条公开的提问" in shown
    assert f"/ask/new/?about=directory.organisation%3A{scene.body.pk}" in shown
    assert "还没有公开的提问" in tag.render(Context({"body": 0}))


def test_demonstration_questions_are_marked(client, settings):
    settings.KEPU_IS_DEMONSTRATION = True
    scene = Scene().release()

    assert "演示数据" in text(client.get("/ask/"))
    assert "演示数据" in text(client.get(f"/ask/{scene.receipt.number}/"))


def test_the_desk_counts_what_waits(client):
    scene = Scene()
    client.force_login(scene.office)

    page = text(client.get("/desk/"))
    assert "审核公众提问" in page
    assert 'href="/desk/oversight/"' in page
    assert todos_for(scene.office).get().url == f"/desk/oversight/{scene.pk}/"


CHINESE = re.compile(r"[\u4e00-\u9fff]+")


def test_public_pages_are_complete_in_english(client):
    set_days("days_ask", 10)
    with fixed(MONDAY), translation.override("en"):
        scene = Scene(body=OrganisationFactory(name="Example body"))
        receipt = ask("Title", "Text", about=f"directory.organisation:{scene.body.pk}")
        client.force_login(scene.office)
        address = f"/desk/oversight/{receipt.question_id}/"
        client.post(f"{address}release/", {"title": "Title", "text": "Shown", "owner": scene.body.pk})
        client.post(f"{address}details/", {"text": "Which?"})
        proof = {"number": receipt.number, "code": receipt.code}
        client.logout()
        in_english = {"HTTP_ACCEPT_LANGUAGE": "en"}
        pages = [client.post("/ask/mine/", proof, **in_english), client.get(f"/ask/{receipt.number}/", **in_english)]
        pages.append(client.post("/ask/mine/details/", {**proof, "text": "This"}, **in_english))
        client.force_login(scene.office)
        client.post(f"{address}answer/", {"text": "Answer"})
        client.logout()
        pages.append(client.post("/ask/mine/", proof, **in_english))
        pages.append(client.post("/ask/mine/verdict/", {**proof, "verdict": "unsettled"}, **in_english))
        pages.append(client.post("/ask/mine/verdict/", {**proof, "verdict": "unsettled", "text": "x"}, **in_english))
        pages.append(client.post("/ask/mine/reopen/", {**proof, "text": "x"}, **in_english))
        pages += [client.get(path, **in_english) for path in ("/ask/", "/ask/new/", "/ask/mine/", "/ask/?late=on")]
        pages.append(client.get(f"/ask/new/?about=directory.organisation:{scene.body.pk}", **in_english))
        pages.append(client.post("/ask/new/", filled(title="", text="", kind=""), **in_english))
        pages.append(client.post("/ask/new/", filled(title="T", text="x" * 3000), **in_english))
        pages.append(client.post("/ask/new/", filled(title="T", text="x"), **in_english))
        pages.append(client.post("/ask/mine/", {"number": "1", "code": "2"}, **in_english))

    for answer in pages:
        body = re.sub(r"(?s)<head>.*?</head>|<script.*?</script>", "", text(answer))
        left = set(CHINESE.findall(body)) - {"简体中文", "中文", "青岛市"}
        assert not left, (answer.request["PATH_INFO"], left)
