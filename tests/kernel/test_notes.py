"""What colleagues write to each other holds nobody's number, in whichever digits it is written."""

import pytest

from gridward.kernel import notes


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("go", "words_short"),
        ("      ", "words_short"),
        ("call 13800138000 first", "words_personal"),
        ("call 138-0013 8000 first", "words_personal"),
        ("call 138\u30000013\u30008000 first", "words_personal"),
        ("拨打一三八零零一三八零零零", "words_personal"),
        ("拨打138零零138000", "words_personal"),
        ("拨打13800138000", "words_personal"),
        ("write to wang@example.org", "words_personal"),
        ("write to wang@example.org", "words_personal"),
        ("住址门牌 110101199003070011", "words_personal"),
        ("passport E12345678", "words_personal"),
        ("before 2026-03-05, between 14:00-18:00, at door 301", "ok"),
        ("与物业一起上门", "ok"),
        ("025-8328 0000", "words_personal"),
        ("(025) 83280000", "words_personal"),
        ("+86 138 0013 8000", "words_personal"),
        ("86.138.0013.8000", "words_personal"),
        ("138*0013*8000", "words_personal"),
        ("138~0013~8000", "words_personal"),
        ("一三八 零零一三 八零零零", "words_personal"),
        ("幺三八零零幺三八零零零", "words_personal"),
        ("壹叁捌零零壹叁捌零零零", "words_personal"),
        ("〇二五八三二八〇〇〇〇", "words_personal"),
        ("３２０１０２１９９００３０７００１Ｘ", "words_personal"),
        ("32010219900307001X", "words_personal"),
        ("account 6222 0200 0000 0000", "words_personal"),
        ("plate 苏A12345", "ok"),
        ("on 2026-03-05 and 2026-03-06", "ok"),
        ("on 2026.3.5, from 9:30 to 11:00", "ok"),
        ("2026-03-05 13800138000", "words_personal"),
        ("1234567 is too long", "words_personal"),
        ("123456 is not", "ok"),
        ("floor 12, door 1203, unit 3", "ok"),
        ("第12幢3单元1203室", "ok"),
        ("十二幢三单元一千二百零三室", "ok"),
        ("@property staff", "words_personal"),
        ("go\tthere", "ok"),
        ("十五户, 三十二人, 第二十一号楼", "ok"),
    ],
)
def test_words_without_anybody_s_number_are_kept(words: str, code: str) -> None:
    refusal = notes.lint(words)

    assert (refusal.code if refusal else "ok") == code


def test_words_are_kept_in_one_line_and_bounded() -> None:
    assert notes.kept("go there\n  with a colleague ") == "go there with a colleague"
    assert len(notes.kept("word " * 100)) == notes.MOST
