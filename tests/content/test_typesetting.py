"""PDFs set from the starter's circulars: their words, their layout's facts, their bytes.

Knows nothing of how the template draws them; a person looks at the pages.
"""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from editor.typesetting import main, typeset_circular
from workflow.front_matter import parse

CONTENT = Path(__file__).parents[2] / "content"
DECISION = CONTENT / "circulars" / "2026" / "14b-qd-mnph"
SET_ENTRIES = sorted(path.parent for path in (CONTENT / "circulars").glob("*/*/*.pdf"))
SCHOOL = tomllib.loads((CONTENT / "governance" / "school.toml").read_text(encoding="utf-8"))
PLAIN: dict[str, Any] = {
    "subject": "Thành lập tổ kiểm tra",
    "slug": "05-qd-mnph",
    "code_number": "05",
    "code_notation": "QĐ-MNPH",
    "issued_date": date(2026, 1, 5),
    "issuer": "Trường Mầm non Phượng Hồng",
    "type_name": "Quyết định",
    "signer_position": "Hiệu trưởng",
    "recipients": "Như Điều 2; Lưu: VT",
}


def pages(data: bytes) -> list[str]:
    """Return the text of each page with single blanks."""
    document = pypdfium2.PdfDocument(data)
    return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def tight(text: str) -> str:
    """Return the text without any blank: where lines break is not its wording."""
    return "".join(text.split())


@pytest.mark.parametrize("folder", SET_ENTRIES, ids=lambda folder: folder.name)
def test_a_stored_pdf_is_what_its_entry_typesets_to(folder: Path) -> None:
    fields, body = parse((folder / "index.md").read_bytes())

    stored = (folder / f"{fields['slug']}.pdf").read_bytes()
    assert typeset_circular(fields, body, SCHOOL) == stored, (
        f"run: python -m editor.typesetting {folder.relative_to(CONTENT.parent)}"
    )
    assert len(pages(stored)) == fields["pages"]


def test_the_decision_pdf_holds_every_article_word_for_word() -> None:
    _, body = parse((DECISION / "index.md").read_bytes())
    text = body.partition("## Ghi chú của người số hóa")[0]
    lines = [re.sub(r"^(#+|-) |\\(?=\.)|\*", "", line) for line in text.splitlines()]
    furniture = re.compile(r"Bản dàn trang từ văn bản điện tử")
    found = pages((DECISION / "14b-qd-mnph.pdf").read_bytes())
    numbered = [re.sub(rf"^{number} ", "", page) for number, page in enumerate(found, 1)]
    printed = tight(furniture.sub("", " ".join(numbered)))

    assert [line for line in lines if tight(line) not in printed] == []


def test_the_transcribers_notes_are_not_part_of_the_printed_decision() -> None:
    printed = " ".join(pages((DECISION / "14b-qd-mnph.pdf").read_bytes()))

    assert "Ghi chú của người số hóa" not in printed


def test_the_head_follows_the_decree_from_the_fields() -> None:
    (page,) = pages(typeset_circular(PLAIN, "**Điều 1.** Một điều./.", SCHOOL))

    assert "UBND PHƯỜNG NAM ĐỊNH" in page
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc" in page
    assert "Số: 05/QĐ-MNPH Nam Định, ngày 05 tháng 01 năm 2026" in page
    assert "QUYẾT ĐỊNH Thành lập tổ kiểm tra" in page
    assert "HIỆU TRƯỞNG" in page
    assert "- Như Điều 2; - Lưu: VT." in page


def test_an_official_letter_has_its_subject_under_the_number_and_no_title() -> None:
    letter = {**PLAIN, "type_name": "Công văn", "subject": "V/v báo cáo", "priority": "urgent"}

    (page,) = pages(typeset_circular(letter, "Kính gửi: Ủy ban nhân dân phường.", SCHOOL))

    assert "V/v báo cáo" in page
    assert "CÔNG VĂN" not in page
    assert "KHẨN" in page


@pytest.mark.parametrize(
    "hostile",
    [
        '#read("/etc/passwd")',
        "$ x^2 $ @label <label> ~ -- --- // không phải chú thích",
        "= Không phải tiêu đề của typst",
        "<script>alert(1)</script> & <b>đậm</b>",
        '"#panic()" ] } ) \\u{41}',
    ],
)
def test_words_of_the_text_are_set_and_never_run(hostile: str) -> None:
    (page,) = pages(typeset_circular(PLAIN, f"Mở đầu {hostile} kết thúc.", SCHOOL))

    assert tight(f"Mở đầu {hostile} kết thúc.") in tight(page)


def test_emphasis_lists_and_tables_of_markdown_reach_the_page() -> None:
    body = "Chữ **đậm** và *nghiêng*.\n\n- một\n- hai\n\n| Cột | Số |\n|---|---|\n| a | 12 |\n"

    (page,) = pages(typeset_circular(PLAIN, body, SCHOOL))

    assert "Chữ đậm và nghiêng. - một - hai Cột Số a 12" in page


@pytest.mark.parametrize(
    "body", ["", "#### Sâu\n\nchữ\n\n## Nông\n\n##### Sâu", "- a\n    - b\n\n---\n\n> c"]
)
def test_untidy_markdown_is_set_all_the_same(body: str) -> None:
    (page,) = pages(typeset_circular({**PLAIN, "type_name": "Công văn"}, body, SCHOOL))

    assert all(word in page for word in re.findall(r"\w+", body))


def test_every_vietnamese_letter_has_a_glyph() -> None:
    sample = "Ữ Ẵ Ệ Ỡ ặ ỵ ễ ộ ữ ẩ ẫ ằ ẳ ẻ ẽ ỉ ĩ ỏ ỗ ổ ở ợ ủ ũ ừ ự ỳ ỷ ỹ đ Đ – … ₫"

    (page,) = pages(typeset_circular(PLAIN, sample, SCHOOL))

    assert sample in page


def test_a_word_is_copied_from_the_pdf_once_also_in_bold_italic() -> None:
    (page,) = pages(typeset_circular(PLAIN, "Chữ ***nơi nhận như trước*** ở đây.", SCHOOL))

    assert "Chữ nơi nhận như trước ở đây." in page
    assert "Nơi nhận: - Như" in page


def test_the_command_line_writes_the_same_bytes_beside_the_entry(tmp_path: Path) -> None:
    folder = tmp_path / "content" / "circulars" / "2026" / "14b-qd-mnph"
    folder.mkdir(parents=True)
    (folder / "index.md").write_bytes((DECISION / "index.md").read_bytes())
    governance = tmp_path / "content" / "governance"
    governance.mkdir()
    (governance / "school.toml").write_bytes((CONTENT / "governance" / "school.toml").read_bytes())

    assert main([str(folder)]) == 0

    written = (folder / "14b-qd-mnph.pdf").read_bytes()
    assert written == (DECISION / "14b-qd-mnph.pdf").read_bytes()


def test_the_command_line_without_a_folder_says_how_it_is_used(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([]) == 2

    assert "editor.typesetting" in capsys.readouterr().err
