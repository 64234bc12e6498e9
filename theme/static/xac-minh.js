// The Xác minh pages: jump to a typed code, and compare what is served with the signed list.
// It knows no entry: the page says which part of the list names its files. No other part is loaded.
"use strict";

const LIST = ".well-known/toasoan/release";

const form = document.querySelector("[data-codes]");
if (form) {
  form.hidden = false;
  form.addEventListener("submit", jump);
}

const check = document.querySelector("[data-check]");
if (check) {
  check.hidden = false;
  compare(check).then(
    (answer) => tell(check, answer),
    () => tell(check, { kind: "unknown", words: "Chưa so được: không tải được danh sách. Tải lại trang này." }),
  );
}

async function jump(event) {
  event.preventDefault();
  const code = written(form.elements.ma.value);
  const answer = form.querySelector(".code-answer");
  if (!code) {
    answer.textContent = "Mã có mười chữ và số, ví dụ ABCDE-FGHJK.";
    return;
  }
  answer.textContent = "Đang tìm…";
  const page = `${code}/`;
  const found = await fetch(page, { cache: "no-store" }).catch(() => null);
  if (found && found.ok) {
    location.assign(page);
  } else {
    answer.textContent = found
      ? `Không có bản nào mang mã ${code}. Xem lại từng chữ; nếu vẫn không có, hãy hỏi nhà trường.`
      : "Không tải được. Thử lại.";
  }
}

/** A code as it is printed: letters that are read as digits are taken for them. */
function written(typed) {
  const signs = typed.toUpperCase().replace(/[^0-9A-Z]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  return signs.length === 10 ? `${signs.slice(0, 5)}-${signs.slice(5)}` : "";
}

async function compare(place) {
  const { root, part, page, entry, commit } = place.dataset;
  if (!globalThis.crypto?.subtle) {
    return {
      kind: "unknown",
      words: "Trình duyệt này không tính được ở địa chỉ không có https. Mở trang bằng https, hoặc dùng cách ở cuối trang.",
    };
  }
  const files = await listed(root, part);
  if (!files) {
    return { kind: "unknown", words: "Chưa so được: nhà trường vừa đăng bản mới. Tải lại trang này." };
  }
  const paths = Object.keys(files).filter((path) => folderOf(path) === page);
  const own = files[`${page}index.html`];
  if (!own || own.entry !== entry || own.commit !== commit) {
    return { kind: "different", words: "KHÁC: danh sách đã ký không ghi trang này cho lần phê duyệt này." };
  }
  const different = [];
  for (const path of paths) {
    if ((await hashOf(`${root}/${path}`)) !== files[path].sha256) {
      different.push(path);
    }
  }
  if (different.length) {
    return {
      kind: "different",
      words: "KHÁC: những tệp này không phải bản đã được phê duyệt. Đừng tin nội dung ở đó; báo cho nhà trường.",
      different,
    };
  }
  return {
    kind: "same",
    words: `Đúng: trang này đúng là bản đã được phê duyệt (${paths.length} tệp, giống từng byte).`,
  };
}

/** The rows of one part of the list; null where they are not those that the signed head names. */
async function listed(root, part) {
  const [head, rows] = await Promise.all(
    [`${root}/${LIST}.json`, `${root}/${LIST}/${part}.json`].map(bytesOf),
  );
  const { parts } = read(head);
  if (!parts[part]) {
    return {};
  }
  return parts[part] === (await sha256(rows)) ? read(rows) : null;
}

function read(bytes) {
  return JSON.parse(new TextDecoder().decode(bytes));
}

function folderOf(path) {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

async function hashOf(address) {
  // As a reader opens it: by its folder.
  const bytes = await bytesOf(address.replace(/index\.html$/, ""));
  return bytes ? sha256(bytes) : "";
}

async function bytesOf(address) {
  const answer = await fetch(address, { cache: "no-store" });
  return answer.ok ? answer.arrayBuffer() : null;
}

async function sha256(bytes) {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function tell(place, { kind, words, different = [] }) {
  place.classList.add(`check-${kind}`);
  place.querySelector(".check-answer").textContent = words;
  const list = place.querySelector(".check-files");
  for (const path of different) {
    list.append(Object.assign(document.createElement("li"), { textContent: path }));
  }
  list.hidden = different.length === 0;
}
