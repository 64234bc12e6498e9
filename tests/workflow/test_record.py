"""The public record: who approved which edition, and which earlier ones stay readable."""

import hashlib
import io
import json
import re
import shutil
import subprocess
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.workflow.conftest import (
    LEAD,
    NUTRITION_VICE,
    PRINCIPAL,
    TEACHER,
    VICE,
    School,
    found,
    kept_record,
    post_fields,
    rows_of,
)
from tests.workflow.test_after_review import review, urge
from tests.workflow.test_delegation import OTHER_LEAD, give
from workflow import governing, notes, publication, release, services, verification
from workflow.clock import VIETNAM
from workflow.entries import Change
from workflow.errors import BuildFailed
from workflow.materials import materialised
from workflow.record import Record, code_of
from workflow.repository import StoredMedia
from workflow.services import Content
from workflow.shelf import Published
from workflow.verification import RELEASE_LIST, Broken, Rule, part_path

ADDRESS = "http://127.0.0.1:8000"
HOME = "tin-tuc/2026/be-vui-don-tet-trung-thu"
FIRST = "Bé vui đón Tết Trung thu"


def publish(school: School, data: Path) -> Path:
    publication.publish(school.repo, data, ADDRESS, lambda _: None, again=True)
    return (data / "www" / "current").resolve()


def edit(school: School, entry_id: str, body: str, **fields: Any) -> Change:
    """Save the next edition and bring it to the point of approval."""
    change = services.open_for_edit(school.repo, entry_id)
    content = Content({**change.fields, **fields}, body)
    return checked(school, change, content)


def checked(school: School, change: Change, content: Content) -> Change:
    signer, now = school.keys[TEACHER], school.now()
    draft = services.revise(school.repo, signer, change, change.head, content, now)
    return school.check(LEAD, school.submit(TEACHER, draft))


def correct(school: School, entry_id: str, reason: str, body: str) -> Published:
    before = services.open_for_edit(school.repo, entry_id).fields.get("corrections", [])
    rows = [*before, {"reason": reason}]
    return school.approve(VICE, edit(school, entry_id, body, corrections=rows))


def record_of(school: School, data: Path) -> dict[str, Any]:
    main = school.repo.main()
    record = Record.of(school.repo, data, main)
    with materialised(school.repo, main, data, record) as site:
        rows: dict[str, Any] = json.loads((site.content / "record.json").read_text())
    return rows


# The record


def test_the_record_names_office_and_times_and_no_person(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    row = record_of(school, tmp_path)[a_published_post.entry_id]
    steps = services.history_of(school.repo, a_published_post.entry_id)
    main = school.repo.main()

    tree = school.repo.tree_of(main, a_published_post.folder) or ""
    assert row["code"] == code_of(a_published_post.entry_id, tree)
    assert row["editions"] == [
        {
            "n": 1,
            "publication": main,
            "tree": tree,
            "folder": a_published_post.folder,
            "code": row["code"],
            "approved_at": steps[1].when.isoformat(),
            "published_at": steps[0].when.isoformat(),
            "role": "vice_principal",
            "office": "Phó Hiệu trưởng",
            "urgent": False,
            "reviewed": False,
            "corrections": 0,
        }
    ]


def test_a_school_may_show_the_names(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    """The name is the one of the roster when the entry was published."""
    school.change_roster(VICE, name="Người đến sau")
    record = Record.of(school.repo, tmp_path, school.repo.main())

    row = record.as_json(names=True)[a_published_post.entry_id]["editions"][0]
    assert row["name"] == "Phó hiệu trưởng phụ trách chuyên môn"


def test_what_a_delegate_approved_says_so(
    school: School, a_checked_post: Change, tmp_path: Path
) -> None:
    give(school)
    published = school.approve(OTHER_LEAD, a_checked_post)
    row = Record.of(school.repo, tmp_path, school.repo.main()).editions[published.entry_id][0]

    assert row.office == "Phó Hiệu trưởng (theo ủy quyền)"
    assert replace(row, delegated=False).office == "Phó Hiệu trưởng"


def test_a_code_is_fifty_bits_of_the_entry_and_its_bytes() -> None:
    code = code_of("a", "b" * 40)

    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", code)
    assert code == "PRRSB-DCF4Q"  # sha256 = 10110 11000 11000 11001 01011 …
    assert len({code, code_of("a", "c" * 40), code_of("b", "b" * 40)}) == 3


def test_what_the_founding_brought_was_approved_by_the_principal(tmp_path: Path) -> None:
    school = found(tmp_path / "site.git")
    folder = "content/pages/2026/gioi-thieu"
    blob = school.repo.put_blob(b"---\ntitle: x\n---\n\nx\n")
    main = school.repo.main()
    tree = school.repo.with_folder(main, folder, {"index.md": blob})
    raw = school.repo.commit(main)
    message, signer = raw.message, school.keys[PRINCIPAL]
    founding = school.repo.write_commit(tree, [], message, school.now(), signer)
    row = Record.of(school.repo, tmp_path, founding).editions["gioi-thieu"][0]

    assert (row.role, row.office, row.publication) == ("principal", "Hiệu trưởng", founding)
    assert row.approved_at == row.published_at == school.clock.isoformat()
    assert school.clock.tzinfo is VIETNAM


def test_a_kept_record_spares_the_work_and_says_the_same(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept_record(school.repo, kept, school.repo.main())
    note = kept / "publisher" / "record.json"
    correct(school, a_published_post.entry_id, "Sai ngày.", "Đúng ngày.")
    main = school.repo.main()

    assert Record.of(school.repo, kept, main) == Record.of(school.repo, tmp_path / "new", main)
    assert json.loads(note.read_text())["head"] != main


@pytest.mark.parametrize("forge", ["by hand", "another key", "other words", "no words"])
def test_a_forged_note_of_the_record_is_thrown_away(
    school: School, a_published_post: Published, tmp_path: Path, forge: str
) -> None:
    main = school.repo.main()
    honest = kept_record(school.repo, tmp_path, main)
    path = tmp_path / "publisher" / "record.json"
    row = json.loads(path.read_text())
    row["acts"][0]["role"] = "principal"
    path.write_text("" if forge == "no words" else json.dumps(row))
    if forge == "another key":
        shutil.copytree(tmp_path / "publisher", tmp_path / "theirs" / "publisher")
        (tmp_path / "theirs" / "publisher" / "release.key").unlink()
        row.pop("signature")
        notes.write_note(tmp_path / "theirs", path, "toasoan-record", row)
        release.signing_key(tmp_path)
    elif forge == "other words":
        notes.write_note(tmp_path, path, "toasoan-record", {"head": main, "acts": [{"x": 1}]})

    assert Record.of(school.repo, tmp_path, main) == honest


def test_a_note_with_the_key_is_believed(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    """The control of the forged notes."""
    main = school.repo.main()
    kept_record(school.repo, tmp_path, main)
    path = tmp_path / "publisher" / "record.json"
    row = notes.read_note(tmp_path, path, "toasoan-record")
    assert row
    row["acts"][0]["role"] = "principal"
    notes.write_note(tmp_path, path, "toasoan-record", row)

    record = Record.of(school.repo, tmp_path, main)
    assert record.editions[a_published_post.entry_id][0].role == "principal"


def test_an_urgent_edition_is_marked_until_its_after_review_and_after_it(
    school: School, a_submitted_post: Change, tmp_path: Path
) -> None:
    done = urge(school, NUTRITION_VICE, a_submitted_post)
    entry_id, page = done.entry_id, Path(HOME) / "index.html"
    line = (publish(school, tmp_path) / page).read_text()
    assert "Đăng khẩn, chờ hậu kiểm" in line

    review(school, PRINCIPAL, entry_id)
    row = Record.of(school.repo, tmp_path, school.repo.main()).editions[entry_id][-1]
    assert (row.urgent, row.reviewed, row.office) == (True, True, "Phó Hiệu trưởng")
    assert "Đăng khẩn, đã hậu kiểm" in (publish(school, tmp_path) / page).read_text()

    school.approve(VICE, edit(school, entry_id, "Sửa thường."))
    line = (publish(school, tmp_path) / page).read_text()
    assert "Đăng khẩn" not in line


# Earlier editions


def test_the_edition_before_a_correction_stays_readable_and_out_of_lists(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    correct(school, a_published_post.entry_id, "Ghi sai giờ rước đèn.", "Lúc 19 giờ.")
    site = publish(school, tmp_path)

    earlier = (site / HOME / "ban-truoc" / "1" / "index.html").read_text()
    present = (site / HOME / "index.html").read_text()
    assert "Nội dung." in earlier
    assert "Lúc 19 giờ." not in earlier
    assert "Bản trước đính chính ngày 24/11/2026" in earlier
    assert 'content="noindex"' in earlier
    assert f'rel="canonical" href="{ADDRESS}/{HOME}/"' in earlier
    assert "Đính chính ngày 24/11/2026:" in present
    assert "Ghi sai giờ rước đèn." in present
    assert 'ban-truoc/1/" aria-label="Xem bản trước' in present
    holders = [p for p in site.rglob("*") if p.is_file() and b"ban-truoc" in p.read_bytes()]
    names = {p.relative_to(site).as_posix() for p in holders}
    assert {n for n in names if not n.startswith(("xac-minh/", ".well-known/"))} == {
        f"{HOME}/index.html",
        f"{HOME}/ban-truoc/1/index.html",
    }


def test_a_plain_edit_leaves_no_earlier_edition(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    """The control: it is the correction that keeps it."""
    school.approve(VICE, edit(school, a_published_post.entry_id, "Lúc 19 giờ."))
    site = publish(school, tmp_path)

    assert not (site / HOME / "ban-truoc").exists()


def test_an_earlier_edition_has_its_own_photos(school: School, tmp_path: Path) -> None:
    first, second = (school.repo.store_media(picture(c)) for c in ("red", "green"))
    published = with_photo(school, first)
    replace_photo(school, published.entry_id, second)
    site = publish(school, tmp_path)

    old, new = (site / HOME / place / "anh-1.jpg" for place in ("ban-truoc/1", "."))
    assert old.read_bytes() == school.repo.open_media(first.oid)
    assert new.read_bytes() == school.repo.open_media(second.oid)
    listed = rows_of(site)
    record = Record.of(school.repo, tmp_path, school.repo.main())
    rows = [listed[f"{HOME}/ban-truoc/1/anh-1.jpg"], listed[f"{HOME}/anh-1.jpg"]]
    assert [row["commit"] for row in rows] == record.publications(published.entry_id)


def test_a_taken_down_entry_shows_no_earlier_edition(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    correct(school, a_published_post.entry_id, "Ghi sai giờ.", "Lúc 19 giờ.")
    down(school, a_published_post.entry_id)
    site = publish(school, tmp_path)

    assert [p.name for p in (site / HOME).iterdir()] == ["index.html"]


@pytest.mark.parametrize("why", ["personal_data", "explained"])
def test_what_was_taken_down_for_personal_data_stays_hidden_when_the_entry_is_back(
    school: School, a_published_post: Published, tmp_path: Path, why: str
) -> None:
    entry_id, leader = a_published_post.entry_id, school.keys[PRINCIPAL]
    correct(school, entry_id, "Ghi nhầm số điện thoại.", "Không có số.")
    governing.take_down(school.repo, leader, entry_id, why, "Phụ huynh yêu cầu.", school.now())
    governing.lift_takedown(school.repo, leader, entry_id, school.now())
    correct(school, entry_id, "Ghi sai giờ.", "Lúc 19 giờ.")
    correct(school, entry_id, "Ghi sai ngày.", "Ngày 25.")
    site = publish(school, tmp_path)

    # The control: after another order the earlier editions come back with the entry.
    shown = ["3"] if why == "personal_data" else ["1", "2", "3"]
    assert sorted(p.name for p in (site / HOME / "ban-truoc").iterdir()) == shown
    kept = tmp_path / "kept"
    main = school.repo.main()
    kept_record(school.repo, kept, school.repo.commit(main).parents[0])
    assert Record.of(school.repo, kept, main) == Record.of(school.repo, tmp_path / "new", main)


@pytest.mark.parametrize("why", ["personal_data", "error"])
def test_what_was_withdrawn_for_personal_data_stays_hidden_when_the_entry_is_back(
    school: School, a_published_post: Published, tmp_path: Path, why: str
) -> None:
    entry_id, fields = a_published_post.entry_id, a_published_post.fields
    correct(school, entry_id, "Ghi nhầm số điện thoại.", "Không có số.")
    withdrawn = edit(school, entry_id, "x", withdrawal=why, withdrawal_reason="Phụ huynh yêu cầu.")
    school.approve(VICE, withdrawn)
    nothing = {"withdrawal": "", "withdrawal_reason": "", "summary": fields["summary"]}
    school.approve(VICE, edit(school, entry_id, "Viết lại.", **nothing))
    site = publish(school, tmp_path)

    assert (site / HOME / "ban-truoc").exists() == (why == "error")
    assert "Viết lại." in (site / HOME / "index.html").read_text()


@pytest.mark.parametrize("why", ["personal_data", "explained"])
def test_a_broken_edition_does_not_bring_back_what_was_taken_down_for_personal_data(
    school: School, a_published_post: Published, tmp_path: Path, why: str
) -> None:
    entry_id, leader = a_published_post.entry_id, school.keys[PRINCIPAL]
    governing.take_down(school.repo, leader, entry_id, why, "Phụ huynh yêu cầu.", school.now())
    school.approve(VICE, edit(school, entry_id, "Không có số."))
    governing.lift_takedown(school.repo, leader, entry_id, school.now())
    main = school.repo.main()
    record = Record.of(school.repo, tmp_path, main)
    with materialised(school.repo, main, tmp_path, record) as site:
        site.leave_out(entry_id)
        folder = site.content / a_published_post.folder.removeprefix("content/")
        assert folder.exists() == (why == "explained")


def test_the_code_of_a_superseded_edition_leads_to_the_newer_one(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    old = record_of(school, tmp_path)[a_published_post.entry_id]["code"]
    correct(school, a_published_post.entry_id, "Ghi sai giờ.", "Lúc 19 giờ.")
    new = record_of(school, tmp_path)[a_published_post.entry_id]["code"]
    site = publish(school, tmp_path)

    page = (site / "xac-minh" / old / "index.html").read_text()
    assert "Đã có bản mới hơn" in page
    assert f"/xac-minh/{new}/" in page
    assert "Đã có bản mới hơn" not in (site / "xac-minh" / new / "index.html").read_text()


def test_the_code_of_what_was_taken_down_tells_no_title(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    code = record_of(school, tmp_path)[a_published_post.entry_id]["code"]
    down(school, a_published_post.entry_id)
    site = publish(school, tmp_path)

    page = (site / "xac-minh" / code / "index.html").read_text()
    assert "đã được gỡ" in page
    assert FIRST not in page
    assert "data-check" not in page


# The list of the release


def test_the_list_names_the_publication_of_each_entry_and_the_auditor_checks_it(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    site = publish(school, tmp_path)
    listed = rows_of(site)
    git_dir, main = school.repo.path, school.repo.main()

    assert listed[f"{HOME}/index.html"]["commit"] == main
    assert verification.check_release(git_dir, main, site, None).commit == main


@pytest.mark.parametrize("what", ["founding", "another entry", "nowhere"])
def test_a_list_that_names_a_publication_of_something_else_is_refused(
    school: School, a_published_post: Published, tmp_path: Path, what: str
) -> None:
    draft = school.create(TEACHER, "posts", **post_fields(title="Bài hai"))
    school.approve(VICE, school.check(LEAD, school.submit(TEACHER, draft)))
    site, main = publish(school, tmp_path), school.repo.main()
    other = {
        "founding": school.repo.chain(main)[-1].oid,
        "another entry": main,
        "nowhere": "a" * 40,
    }[what]
    name = verification.part_of(f"{HOME}/index.html")
    head, part = site / RELEASE_LIST, site / part_path(name)
    rows = json.loads(part.read_text())
    rows[f"{HOME}/index.html"]["commit"] = other
    part.write_text(json.dumps(rows))
    signed = json.loads(head.read_text())
    signed["parts"][name] = hashlib.sha256(part.read_bytes()).hexdigest()
    head.write_text(json.dumps(signed))

    with pytest.raises(Broken) as refused:
        verification.check_release(school.repo.path, main, site, None)
    assert refused.value.rule is Rule.RELEASE
    assert "không phải một lần đăng" in refused.value.reason


def test_the_lines_for_stock_tools_on_a_codes_page_say_what_the_page_says(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    site = publish(school, tmp_path)
    code = record_of(school, tmp_path)[a_published_post.entry_id]["code"]
    page = unescape((site / "xac-minh" / code / "index.html").read_text())
    blocks = re.findall(r"<pre><code>(.*?)</code></pre>", page, re.DOTALL)
    by_git, by_http = (block.replace(f"curl -fsS {ADDRESS}/", f"cat {site}/") for block in blocks)
    by_http = by_http.replace(f"{HOME}/ |", f"{HOME}/index.html |")

    def said(line: str) -> str:
        words = ["sh", "-euc", line]
        return subprocess.run(
            words, capture_output=True, text=True, check=True, cwd=school.repo.path
        ).stdout

    assert said(by_git).strip() in page
    digest, row = said(by_http).splitlines()
    assert digest.split()[0] in row


# Previews


def test_a_preview_of_what_is_down_shows_it_with_a_note(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    down(school, a_published_post.entry_id)
    change = edit(school, a_published_post.entry_id, "Sửa trong lúc bị gỡ.")
    folder = publication.preview(school.repo, change, tmp_path, ADDRESS)

    page = (folder / HOME / "index.html").read_text()
    assert "Sửa trong lúc bị gỡ." in page
    assert "đang bị gỡ khỏi trang công khai" in page
    assert HOME not in (folder / "tin-tuc" / "index.html").read_text()
    school.approve(VICE, change)
    assert (
        "Sửa trong lúc bị gỡ." not in (publish(school, tmp_path) / HOME / "index.html").read_text()
    )


def test_a_preview_of_what_is_down_needs_no_open_draft(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    down(school, a_published_post.entry_id)
    change = services.open_for_edit(school.repo, a_published_post.entry_id)
    folder = publication.preview(school.repo, change, tmp_path, ADDRESS)

    page = (folder / HOME / "index.html").read_text()
    assert "Nội dung." in page
    assert "đang bị gỡ khỏi trang công khai" in page
    assert "Xác minh:" in page


def test_a_preview_of_a_correction_has_no_date_and_shows_the_edition_before(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    rows = [{"reason": "Ghi sai giờ."}]
    change = edit(school, a_published_post.entry_id, "Lúc 19 giờ.", corrections=rows)
    folder = publication.preview(school.repo, change, tmp_path, ADDRESS)

    page = (folder / HOME / "index.html").read_text()
    assert "<strong>Đính chính:</strong> Ghi sai giờ." in page
    assert "Nội dung." in (folder / HOME / "ban-truoc" / "1" / "index.html").read_text()


# A broken entry

TOO_DEEP = f"{'>' * 70} chữ"
"""A body that the newsroom keeps and the theme refuses, as a stricter program would refuse more."""


def test_a_broken_edition_is_left_out_and_the_one_before_stays(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    entry_id = a_published_post.entry_id
    school.approve(VICE, edit(school, entry_id, TOO_DEEP))
    other = school.create(TEACHER, "posts", **post_fields(title="Bài hai"))
    school.approve(VICE, school.check(LEAD, school.submit(TEACHER, other)))
    site, main = publish(school, tmp_path), school.repo.main()

    assert "Nội dung." in (site / HOME / "index.html").read_text()
    assert (site / "tin-tuc" / "2026" / "bai-hai").is_dir()
    assert "quá sâu" in publication.left_out(tmp_path)[entry_id]
    code = code_of(entry_id, a_published_post_tree(school, a_published_post))
    assert code in (site / HOME / "index.html").read_text()
    assert verification.check_release(school.repo.path, main, site, None).commit == main
    assert publication.rebuild_differences(school.repo, tmp_path, site, ADDRESS) == []

    school.approve(VICE, edit(school, entry_id, "Đã sửa."))
    site = publish(school, tmp_path)
    assert "Đã sửa." in (site / HOME / "index.html").read_text()
    assert publication.left_out(tmp_path) == {}


def test_a_broken_new_entry_is_left_out_whole(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    draft = school.create(TEACHER, "posts", body=TOO_DEEP, **post_fields(title="Bài hai"))
    broken = school.approve(VICE, school.check(LEAD, school.submit(TEACHER, draft)))
    site = publish(school, tmp_path)

    assert not (site / "tin-tuc" / "2026" / "bai-hai").exists()
    assert (site / HOME).is_dir()
    assert list(publication.left_out(tmp_path)) == [broken.entry_id]


def test_a_broken_withdrawal_does_not_bring_back_what_it_withdraws(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    entry_id, main = a_published_post.entry_id, school.repo.main()
    record = Record.of(school.repo, tmp_path, main)
    row = record.editions[entry_id][0]
    twice = Record({**record.editions, entry_id: (row, row)})
    with materialised(school.repo, main, tmp_path, twice) as site:
        folder = site.content / row.folder.removeprefix("content/")
        text = (folder / "index.md").read_text()
        (folder / "index.md").write_text(text.replace("\nslug:", "\nwithdrawal: error\nslug:"))
        site.leave_out(entry_id)
        assert not folder.exists()

    with materialised(school.repo, main, tmp_path, twice) as site:
        site.leave_out(entry_id)
        assert (site.content / row.folder.removeprefix("content/") / "index.md").exists()


def test_a_draft_that_does_not_build_has_no_preview(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    with pytest.raises(BuildFailed, match="quá sâu"):
        publication.preview(
            school.repo, edit(school, a_published_post.entry_id, TOO_DEEP), tmp_path, ADDRESS
        )


def test_a_broken_neighbour_does_not_spoil_a_preview(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    school.approve(VICE, edit(school, a_published_post.entry_id, TOO_DEEP))
    draft = school.create(TEACHER, "posts", **post_fields(title="Bài hai"))
    folder = publication.preview(school.repo, draft, tmp_path, ADDRESS)

    assert (folder / "tin-tuc" / "2026" / "bai-hai").is_dir()


# Erased by order


def test_an_earlier_edition_leaves_out_what_an_order_erased(school: School, tmp_path: Path) -> None:
    first, second = (school.repo.store_media(picture(c)) for c in ("red", "green"))
    published = with_photo(school, first)
    replace_photo(school, published.entry_id, second)
    main, out = school.repo.main(), tmp_path / "out"
    record = Record.of(school.repo, tmp_path, main)
    with materialised(school.repo, main, tmp_path, record) as site:
        site.erased = frozenset({first.oid})
        shutil.rmtree(site.content / "editions")
        site.write_earlier(published.entry_id)
        assert publication.build_whole(site, out, ADDRESS, publication.today()) == {}

    page = (out / HOME / "ban-truoc" / "1" / "index.html").read_text()
    assert "Một số ảnh, tệp của bản này đã được xóa." in page
    assert [p.name for p in (out / HOME / "ban-truoc" / "1").iterdir()] == ["index.html"]


def a_published_post_tree(school: School, entry: Published) -> str:
    founding = Record.of(school.repo, school.repo.path.parent, school.repo.main())
    return founding.editions[entry.entry_id][0].tree


def down(school: School, entry_id: str) -> None:
    signer = school.keys[VICE]
    governing.take_down(
        school.repo, signer, entry_id, "personal_data", "Phụ huynh yêu cầu.", school.now()
    )


def with_photo(school: School, photo: StoredMedia) -> Published:
    fields = post_fields(photos=[{"file": "anh-1.jpg", "alt": "Bé"}])
    draft = school.create(TEACHER, "posts", media={"anh-1.jpg": photo}, **fields)
    return school.approve(VICE, school.check(LEAD, school.submit(TEACHER, draft)))


def replace_photo(school: School, entry_id: str, photo: StoredMedia) -> None:
    change = services.open_for_edit(school.repo, entry_id)
    fields = {**change.fields, "corrections": [{"reason": "Đăng nhầm ảnh."}]}
    content = Content(fields, "Ảnh khác.", {"anh-1.jpg": photo})
    school.approve(VICE, checked(school, change, content))


def picture(color: str) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (40, 30), color).save(data, "JPEG")
    return data.getvalue()
