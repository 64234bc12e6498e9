// The Xác minh pages: jump to a typed code, and compare what is served with the signed list.
// It knows no entry: the page says which part of the list names its files. No other part is loaded.
// The key comes from the same server: it proves that list and page belong together. Whose key it is,
// a reader learns by comparing its fingerprint with the one that the school gives out.
"use strict";

const LIST = ".well-known/toasoan/release";
const MAGIC = "SSHSIG";
const NAMESPACE = "toasoan-release";
const RENEWED = "Chưa so được: nhà trường vừa đăng bản mới. Tải lại trang này.";

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
  const { root, part } = place.dataset;
  if (!globalThis.crypto?.subtle) {
    return {
      kind: "unknown",
      words: "Trình duyệt này không tính được ở địa chỉ không có https. Mở trang bằng https, hoặc dùng cách ở cuối trang.",
    };
  }
  const [head, rows] = await Promise.all(
    [`${root}/${LIST}.json`, `${root}/${LIST}/${part}.json`].map(bytesOf),
  );
  const signed = await signature(root, head);
  if (signed.kind === "bad") {
    const now = await bytesOf(`${root}/${LIST}.json`);
    return (await sha256(now)) !== (await sha256(head))
      ? { kind: "unknown", words: RENEWED }
      : { kind: "different", words: "KHÁC: chữ ký của danh sách không đúng. Đừng tin trang này; báo cho nhà trường.", signed };
  }
  const files = await listed(head, part, rows);
  if (!files) {
    return { kind: "unknown", words: RENEWED };
  }
  return { ...(await compared(place, files)), signed };
}

async function compared(place, files) {
  const { root, page, entry, commit } = place.dataset;
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
async function listed(head, part, rows) {
  const { parts } = read(head);
  if (!parts[part]) {
    return {};
  }
  return rows && parts[part] === (await sha256(rows)) ? read(rows) : null;
}

/** What the signature of the list's head says: good, bad, or unknown to this browser; by which key. */
async function signature(root, head) {
  const [armour, line] = await Promise.all(
    [`${root}/${LIST}.json.sig`, `${root}/${LIST}.pub`].map(bytesOf),
  );
  try {
    const blob = decoded(text(line).split(" ")[1]);
    const [kind, raw] = strings(blob);
    const fingerprint = `SHA256:${encoded(await digest("SHA-256", blob)).replace(/=+$/, "")}`;
    const key = await imported(raw);
    if (!key) {
      return { kind: "unknown", fingerprint };
    }
    const seal = decoded(text(armour).replace(/-----[^-]+-----|\s/g, ""));
    const [by, namespace, reserved, hash, packed] = strings(seal.slice(MAGIC.length + 4));
    const [algorithm, sealed] = strings(packed);
    const isOurs =
      text(seal.slice(0, MAGIC.length)) === MAGIC &&
      encoded(by) === encoded(blob) &&
      [kind, namespace, hash, algorithm].map(text).join(" ") === `ssh-ed25519 ${NAMESPACE} sha512 ssh-ed25519`;
    const message = joined(
      new TextEncoder().encode(MAGIC),
      ...[namespace, reserved, hash, await digest("SHA-512", head)].flatMap(packedString),
    );
    const isGood = isOurs && (await crypto.subtle.verify("Ed25519", key, sealed, message));
    return { kind: isGood ? "good" : "bad", fingerprint };
  } catch {
    return { kind: "bad", fingerprint: "" };
  }
}

/** The key for this browser, or null where it does not know Ed25519. */
async function imported(raw) {
  try {
    return await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
  } catch (error) {
    if (error.name === "NotSupportedError") {
      return null;
    }
    throw error;
  }
}

/** The strings of SSH's wire format, each after its length. */
function strings(bytes) {
  const found = [];
  for (let at = 0; at < bytes.length; ) {
    const length = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0);
    found.push(bytes.slice(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}

function packedString(bytes) {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return [length, bytes];
}

function joined(...pieces) {
  return new Uint8Array(pieces.flatMap((piece) => [...piece]));
}

function decoded(base64) {
  return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
}

function encoded(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

function text(bytes) {
  return new TextDecoder().decode(bytes);
}

async function digest(algorithm, bytes) {
  return new Uint8Array(await crypto.subtle.digest(algorithm, bytes));
}

function read(bytes) {
  return JSON.parse(text(bytes));
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
  return [...(await digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const SIGNED = {
  good: "Chữ ký của danh sách: đúng, bằng khóa",
  bad: "Chữ ký của danh sách: không đúng với khóa",
  unknown: "Trình duyệt này chưa biết loại chữ ký Ed25519 nên chưa kiểm tra chữ ký của danh sách, bằng khóa",
};

function tell(place, { kind, words, different = [], signed }) {
  const key = place.querySelector(".check-key");
  key.hidden = !signed?.fingerprint;
  if (!key.hidden) {
    key.querySelector("span").textContent = SIGNED[signed.kind];
    key.querySelector("code").textContent = signed.fingerprint;
  }
  place.classList.add(`check-${kind}`);
  place.querySelector(".check-answer").textContent = words;
  const list = place.querySelector(".check-files");
  for (const path of different) {
    list.append(Object.assign(document.createElement("li"), { textContent: path }));
  }
  list.hidden = different.length === 0;
}
