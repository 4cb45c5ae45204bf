//! The pages as readers meet them: over HTTP, without a script. Those with a browser are in `browser`.

mod browser;
mod driver;
mod learn;

use std::io::{Read as _, Write as _};

use crate::service::server::{Answer, Server, post};

/// One invented post for each level, with what its page must say.
const POSTS: [(&str, &str); 6] = [
    (
        "low",
        "Lowongan kasir Toko Maju Jaya, Batam Centre, Jl. Ahmad Yani No. 5. Gaji Rp4.800.000 sebulan, libur hari \
         Minggu. Lamaran ke hrd@majujaya.co.id atau datang langsung jam 9-16.",
    ),
    (
        "elevated",
        "Dicari ART untuk Singapura, majikan baik, gaji 620 SGD, bisa lewat kakak saya. Info WA 0812-0000-0111, \
         tanya Kak Rina",
    ),
    (
        "high",
        "Kerja kilang di Johor, pakai pas lancong dulu, permit diurus di sana. Biaya 6 juta bisa potong gaji 5 \
         bulan. Berangkat Sabtu ini lewat Batam. WA 0812-0000-0199",
    ),
    (
        "critical",
        "DICARI CS ONLINE penempatan Kamboja, gaji 12-15 juta bersih, tanpa pengalaman, tiket, visa, mess gratis. \
         Paspor dipegang kantor selama kontrak. Interview cuma lewat Telegram @hr_lulu. Berangkat minggu ini, seat \
         terbatas!",
    ),
    (
        "not_scored",
        "Peringatan dari KBRI: jangan terima tawaran kerja di Kamboja dengan gaji besar tanpa pengalaman. Banyak \
         korban.",
    ),
    ("distress", PLEA),
];

const PLEA: &str = "Tolong, adik saya dikurung di Myawaddy, paspornya diambil, katanya harus bayar 40 juta baru \
                    boleh pulang. Harus lapor ke mana?";

const LANGUAGES: [&str; 3] = ["id", "ms", "en"];

const FORM: &str = "application/x-www-form-urlencoded";

/// Name and value as a browser would send them.
fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

fn check(server: &Server, fields: &[(&str, &str)]) -> Answer {
    server.send(&post("/check", FORM, form(fields).as_bytes()))
}

#[test]
fn every_page_is_whole_in_three_languages_and_light_enough_for_a_slow_phone() {
    let server = Server::start(&[]);
    let assets =
        server.get("/assets/waspada.css").body.len() + server.get("/assets/waspada.js").body.len();
    for path in ["/", "/check", "/help", "/indicators", "/about", "/learn", "/learn/practice"] {
        for language in LANGUAGES {
            let answer = server.get(&format!("{path}?lang={language}"));
            assert_eq!(answer.status, 200, "{path} {language}");
            assert!(answer.body.contains(&format!("<html lang=\"{language}\"")), "{path}");
            assert!(
                answer.head.to_lowercase().contains("content-security-policy: default-src 'none'")
            );
            let bytes = answer.body.len() + assets;
            assert!(bytes < 100_000, "{path} {language}: {bytes} bytes");
            for other in LANGUAGES.iter().filter(|other| **other != language) {
                assert!(
                    answer.body.contains(&format!("?lang={other}")),
                    "{path}: no way to {other}"
                );
            }
            assert_loads_nothing_from_elsewhere(&answer.body);
        }
    }
}

/// Nothing but links that a reader follows may name another host.
fn assert_loads_nothing_from_elsewhere(page: &str) {
    for loading in
        ["src=\"http", "src=\"//", "<iframe", "@import", "<link rel=\"stylesheet\" href=\"http"]
    {
        assert!(!page.contains(loading), "{loading}");
    }
    assert!(!page.contains(" style=\""), "the policy refuses inline styles");
    assert!(!page.contains(" onclick=") && !page.contains("<script>"));
}

#[test]
fn the_browser_chooses_the_language_until_the_reader_does() {
    let server = Server::start(&[]);
    let asked = |path: &str, language: &str| {
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: t\r\nAccept-Language: {language}\r\nConnection: close\r\n\r\n"
        );
        server.send(head.as_bytes()).body
    };
    assert!(asked("/", "ms-MY,ms;q=0.9").contains("<html lang=\"ms\""));
    assert!(asked("/", "de").contains("<html lang=\"en\""));
    assert!(asked("/?lang=id", "ms").contains("<html lang=\"id\""));
    assert!(server.get("/").body.contains("<html lang=\"id\""));
}

#[test]
fn a_post_of_each_level_gets_its_page_in_each_language() {
    let server = Server::start(&[]);
    for (level, text) in POSTS {
        for language in LANGUAGES {
            let answer = check(&server, &[("text", text), ("lang", language)]);
            assert_eq!(answer.status, 200, "{level} {language}");
            let page = &answer.body;
            assert!(page.contains(&format!("class=\"verdict {level}\"")), "{level} {language}");
            assert!(page.contains("class=\"shape\""), "a level has a shape, not only a colour");
            assert!(page.len() < 80_000, "{level} {language}: {} bytes", page.len());
            assert_loads_nothing_from_elsewhere(page);
            assert_accuses_nobody(page, level);
            let verdict = page.split_once("class=\"verdict").expect("it has one").1;
            let verdict = verdict.split_once("</section>").expect("it ends").0;
            assert!(!verdict.contains('%'), "{level} {language}: odds are not for readers");
        }
    }
}

fn assert_accuses_nobody(page: &str, level: &str) {
    let lower = page.to_lowercase();
    for word in
        ["trafficker", "criminal", "penjahat", "penjenayah", "sindikat", "sindiket", "is safe"]
    {
        let denied =
            lower.replace("that the offer is safe", "").replace("that an offer is safe", "");
        assert!(
            !denied.replace("does not mean it is safe", "").contains(word),
            "{level}: `{word}`"
        );
    }
}

#[test]
fn marks_lead_to_reasons_with_their_source_without_any_script() {
    let server = Server::start(&[]);
    let page = check(&server, &[("text", POSTS[3].1), ("lang", "id")]).body;
    let marks: Vec<&str> = page.split("href=\"#sign-").skip(1).collect();
    assert!(marks.len() >= 5, "{}", marks.len());
    for mark in marks {
        let label = mark.split('"').next().expect("an attribute ends");
        assert!(page.contains(&format!("<li id=\"sign-{label}\"")), "{label} leads nowhere");
    }
    assert!(page.contains("Asal keterangan ini</summary><p lang=\"en\">ILO"));
    assert!(page.contains("Tingkat 4 dari 4"));
    assert!(page.contains("siskop2mi.bp2mi.go.id"), "official look-ups are named");
    assert!(page.contains("sumber tertanggal 2025-12"), "contacts carry their date");
}

#[test]
fn a_plea_for_help_gets_help_first_and_nothing_that_judges() {
    let server = Server::start(&[]);
    for language in LANGUAGES {
        let page = check(&server, &[("text", PLEA), ("lang", language), ("country", "ID")]).body;
        let (before, after) = page.split_once("class=\"contacts\"").expect("contacts are there");
        assert!(before.contains("verdict distress") && after.contains("tel:08001000"));
        for judging in ["class=\"meter\"", "<mark>", "card.png", "class=\"post\"", "T1"] {
            assert!(!page.contains(judging), "{language}: {judging}");
        }
    }
}

#[test]
fn what_a_volunteer_needs_stands_first_for_a_volunteer() {
    let server = Server::start(&[]);
    let page = |role| check(&server, &[("text", POSTS[2].1), ("lang", "id"), ("for", role)]).body;
    let place = |page: &str, words: &str| page.find(words).expect("it is said");
    let volunteer = page("volunteer");
    assert!(
        place(&volunteer, "Jangan hubungi pemasang iklan") < place(&volunteer, "jangan berangkat")
    );
    let jobseeker = page("jobseeker");
    assert!(
        place(&jobseeker, "jangan berangkat") < place(&jobseeker, "Jangan hubungi pemasang iklan")
    );
}

#[test]
fn another_language_or_country_asks_the_same_text_again() {
    let server = Server::start(&[]);
    let fields = [("text", POSTS[2].1), ("lang", "id"), ("country", "ID")];
    let first = check(&server, &fields).body;
    assert!(first.contains("form=\"again\" name=\"go\" value=\"lang=ms\""));
    let malay = check(&server, &[&fields[..], &[("go", "lang=ms")]].concat()).body;
    assert!(malay.contains("<html lang=\"ms\"") && malay.contains("pas lancong"));
    let singapore = check(&server, &[&fields[..], &[("go", "country=SG")]].concat()).body;
    assert!(singapore.contains("tel:64385122") && singapore.contains("mom.gov.sg"));
}

#[test]
fn the_message_and_the_picture_carry_no_word_of_the_post() {
    let server = Server::start(&[]);
    let page = check(&server, &[("text", POSTS[1].1), ("lang", "id")]).body;
    let (_, after) = page.split_once("<textarea class=\"message\"").expect("there is a message");
    let (message, rest) = after.split_once("</textarea>").expect("it ends");
    for private in ["Rina", "0812", "0111", "620"] {
        assert!(!message.contains(private), "{private}");
    }
    let (_, address) = rest.split_once("href=\"/card.png").expect("a picture is offered");
    let address = address.split('"').next().expect("it ends").replace("&amp;", "&");
    assert!(address.contains("level=elevated") && !address.contains("Rina"));
    let picture = bytes(&server, &format!("/card.png{address}"));
    let start = picture.windows(4).position(|four| four == b"\x89PNG").expect("it is PNG");
    assert!(picture.len() - start < 150_000, "{}", picture.len() - start);
    assert_eq!(server.get("/card.png?level=distress").status, 404);
    assert_eq!(server.get("/card.png?signs=upfront_fee").status, 404);
}

fn bytes(server: &Server, path: &str) -> Vec<u8> {
    let mut stream = server.connect();
    let head = format!("GET {path} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).expect("it is sent");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("it is answered");
    bytes
}

#[test]
fn whatever_is_pasted_is_shown_as_text_and_answered() {
    let server = Server::start(&[]);
    let script = "</textarea><script>alert(1)</script><img src=x onerror=alert(1)> lowongan kerja di Kamboja gaji 15 juta";
    let page = check(&server, &[("text", script), ("lang", "id")]).body;
    assert!(
        !page.contains("<script>alert")
            && !page.contains("<img")
            && page.contains("&#60;script&#62;")
    );
    let strange = ["😀😀😀", "\0\u{202e}\u{feff}", "{\"text\": 1}", "ا ب ج د ه", "x", "\r\n.\r\n"];
    for text in strange {
        let answer = check(&server, &[("text", text), ("lang", "en")]);
        assert!(answer.status < 500, "{text:?}: {answer:?}");
        assert!(answer.body.contains("<html lang=\"en\""), "{text:?}");
        assert!(!answer.body.contains('\0'), "{text:?}");
        // In a box of its own the text is as it came; nowhere else may it turn the page's words around.
        let outside = answer
            .body
            .split("<textarea")
            .map(|part| part.split_once("</textarea>").map_or(part, |(_, after)| after));
        assert!(outside.into_iter().all(|part| !part.contains('\u{202e}')), "{text:?}");
    }
}

#[test]
fn what_cannot_be_read_is_told_in_words_with_a_way_on() {
    let server = Server::start(&[]);
    let long = "kerja ".repeat(20_000);
    let cases: [(&[u8], u16, &str); 5] = [
        (b"text=&lang=id", 422, "Belum ada teksnya"),
        (b"", 422, "Belum ada teksnya"),
        (b"\xff\xfe=%%%&&&==", 422, "Belum ada teksnya"),
        (
            &form(&[("text", &long), ("lang", "id")]).into_bytes(),
            413,
            "lebih panjang dari sebuah iklan",
        ),
        (&vec![b'a'; 1 << 20], 413, "lebih panjang dari sebuah iklan"),
    ];
    for (body, status, words) in cases {
        let answer = server.send(&post("/check", FORM, body));
        assert_eq!(answer.status, status, "{words}");
        assert!(
            answer.body.contains(words) && answer.body.contains("role=\"alert\""),
            "{answer:?}"
        );
    }
}

#[test]
fn a_link_that_is_not_fetched_is_explained_and_kept() {
    let server = Server::start(&[]);
    let answer = check(&server, &[("text", "http://127.0.0.1:9/loker"), ("lang", "en")]);
    assert!(answer.status >= 400 && answer.status < 500, "{answer:?}");
    assert!(
        answer.body.contains("copy the words of the post")
            && answer.body.contains("http://127.0.0.1:9/loker")
    );
}
