"""What the machine notices before anything is shown, and that a person decides."""

import pytest

from kepu.oversight.rules import findings_in, masked


def kinds(text, words=()):
    return [one.kind.value for one in findings_in(text, words)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("证件11010519491231002X", "identity"),
        ("证件 110105 1949 1231 002x。", "identity"),
        ("证件１１０１０５１９４９１２３１００２Ｘ"[:-1] + "X", "identity"),
        ("卡号4111 1111 1111 1111", "card"),
        ("手机13800138000", "mobile"),
        ("手机138 0013 8000", "mobile"),
        ("手机+86-138-0013-8000", "mobile"),
        ("手机１３８００１３８０００", "mobile"),
        ("单位0532-85912345", "landline"),
        ("单位(0532)85912345", "landline"),
        ("电话：85912345", "landline"),
        ("写信到 zhang.san+1@example.com.cn", "mail"),
        ("微信号 abc_12345", "account"),
        ("加QQ：123456789", "account"),
        ("我住香港中路12号3单元501室", "address"),
        ("我住香港中路十二号", "address"),
        ("住 3号楼2单元501室", "address"),
        ("看 https://example.cn/a?b=1", "link"),
    ],
)
def test_it_is_noticed(text, kind):
    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "110105194912310021 校验位不对",  # no identity number, no card
        "4111111111111112",
        "到2025年建成1200个科普基地，服务500000人次",
        "10800138000",
        "科普大篷车3号线",
        "第二条第3款",
    ],
)
def test_a_plain_number_is_left_alone(text):
    assert kinds(text) == []


def test_only_personal_data_is_left_out_of_the_proposed_text():
    text = "骗子！请打13800138000或看www.example.cn，住香港中路12号"
    found = findings_in(text, ("骗子",))

    assert [one.kind.value for one in found] == ["word", "mobile", "link", "address"]
    proposed = masked(text, found)
    assert "13800138000" not in proposed
    assert "12号" not in proposed
    assert proposed.startswith("骗子！")
    assert "www.example.cn" in proposed
    assert "［手机号已隐去］" in proposed


def test_a_long_text_of_repetitions_is_searched_to_its_end():
    text = ("1 " * 1000 + "路" * 1000 + "a@" * 1000) * 3 + "，手机13800138000"

    assert kinds(text)[-1] == "mobile"
