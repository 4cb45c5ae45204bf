//! What must not matter does not matter, and what cannot be judged is said not to be.

use waspada::{assessment::Assessment, policy::Level, post::Post};

use crate::CLASSIFIER;

fn assess(text: &str) -> Assessment {
    CLASSIFIER.assess(&Post::new("1", text))
}

/// Every bit of every margin.
fn bits(text: &str) -> Vec<u32> {
    CLASSIFIER.margins(text).margins.iter().map(|margin| margin.to_bits()).collect()
}

const OFFERS: [&str; 3] = [
    "Dicari admin chat di Kamboja, gaji 15 juta, tiket ditanggung. Hubungi {} sekarang, kuota 5 orang.",
    "{} Kekosongan jawatan pembantu kedai di Johor Bahru, gaji RM1800 sebulan, tempat tinggal disediakan.",
    "Hiring customer service for Poipet, no experience needed, we hold your passport. Contact: {}",
];

#[test]
fn another_contact_of_the_same_kind_changes_no_margin_by_one_bit() {
    let pairs = [
        ("phone_id", "081234567890", "085711122233"),
        ("phone_id", "+62 812-3456-7890", "+62 877-0000-1111"),
        ("phone_id", "0812 3456 7890", "0898 7654 3210"),
        ("phone_my", "+60 12-345 6789", "+60 19-876 5432"),
        ("phone_sg", "+65 91234567", "+65 82223333"),
        ("handle", "@karir_sukses88", "@lokerasia_2024"),
        ("handle", "telegram: @bosqu.kerja", "telegram: @mawar.kirim"),
        ("free_email", "bagus.kerja@gmail.com", "kamboja.gaji@gmail.com"),
        ("email", "hrd@majujaya.co.id", "gaji@kasino.co.id"),
        ("whatsapp_link", "https://wa.me/6281234567890", "https://wa.me/6285711122233"),
        ("telegram_link", "https://t.me/kerja_gaji", "https://t.me/tolong_saya"),
        ("short_link", "bit.ly/kerja-kamboja", "bit.ly/x7f3Q"),
        ("email", "hrd@abc.maju.com", "hrd@abc.tapi.com"),
        ("url", "https://loker.example.com/x/y", "https://kamboja.example.net/gaji/tinggi"),
        ("url", "https://loker.example.com/x/y", "https://loker.example.com/x?y=1#z"),
        (
            "url",
            "https://loker.example.com/x/y",
            "https://nak.boleh.example.com/dah-macam-mana-encik",
        ),
    ];
    for offer in OFFERS {
        for (kind, one, other) in pairs {
            let (one, other) = (offer.replace("{}", one), offer.replace("{}", other));
            for text in [&one, &other] {
                let kinds: Vec<_> = assess(text).contacts.into_iter().map(|c| c.kind).collect();
                assert_eq!(kinds, [kind], "{text}");
            }
            assert_eq!(bits(&one), bits(&other), "{one}\n{other}");
        }
    }
}

#[test]
fn a_contact_is_never_told_whole() {
    for contact in ["081234567890", "karir_sukses88", "bagus.kerja", "6281234567890"] {
        let texts = [
            format!("Dicari kasir toko, hubungi {contact} segera ya"),
            format!("Dicari kasir toko, hubungi @{contact} segera ya"),
            format!("Dicari kasir toko, kirim ke {contact}@gmail.com segera ya"),
            format!("Dicari kasir toko, klik https://wa.me/{contact} segera ya"),
        ];
        for text in texts {
            let contacts = assess(&text).contacts;
            let is_masked = contacts.iter().all(|found| !found.masked.contains(contact));
            assert!(is_masked, "{text}: {contacts:?}");
        }
    }
}

#[test]
fn a_text_in_a_language_that_is_not_read_is_not_judged() {
    let texts = [
        "လုပ်သားများ အမြန်လိုအပ်သည်၊ လစာ ဒေါ်လာ ၈၀၀၊ ထိုင်းနိုင်ငံ မဲဆောက်တွင် အလုပ်လုပ်ရန်",
        "รับสมัครพนักงานแอดมินตอบแชท รายได้ดี ทำงานที่ปอยเปต มีที่พักฟรี",
        "招聘客服人员，月薪一万五，包吃包住，工作地点柬埔寨金边，无需经验",
        "Требуются сотрудники в колл-центр, зарплата высокая, жильё бесплатно",
        "Cần tuyển gấp nhân viên làm việc tại Campuchia, lương cao, bao ăn ở, không cần kinh nghiệm",
        "مطلوب عاملات منازل في الرياض براتب جيد وسكن مجاني",
    ];
    for text in texts {
        let record = assess(text);
        assert_eq!(record.level, Level::InsufficientText, "{text}");
        assert_eq!(record.reason.as_deref(), Some("unsupported_language"), "{text}");
        assert_eq!(record.score.to_bits(), 0.0_f64.to_bits(), "{text}");
        assert!(record.indicators.is_empty() && record.protective.is_empty(), "{text}");
    }
}

#[test]
fn a_text_with_a_part_that_is_read_is_judged() {
    let text = "招聘 客服人员 包吃包住 Dicari admin untuk kerja di kantor kami, gaji besar, tiket kami yang bayar";
    assert_ne!(assess(text).reason.as_deref(), Some("unsupported_language"));
}

#[test]
fn under_five_words_is_too_little_for_a_level() {
    let texts = [
        "Dicari kasir",
        "Dicari kasir toko 2024!!!",
        "lowongan kerja kasir 081234567890",
        "Hiring cashier",
    ];
    for text in texts {
        let record = assess(text);
        // T0 comes first where a bundle takes so short a text for no advert.
        let is_too_short = record.level == Level::InsufficientText && record.rules == ["T4"];
        assert!(is_too_short || record.rules == ["T0"], "{text}: {record:?}");
        assert!(record.indicators.is_empty(), "{text}");
    }
}

#[test]
fn a_shop_message_in_an_unread_language_is_no_plea_for_help() {
    for text in [
        "Quy khach vui long mang theo giay to khi den cua hang truoc 16:00 ngay 12/5",
        "Ban co the doi diem lay the cao 20.000D trong vi, het han 15/8. Mo ung dung > Doi qua",
    ] {
        let record = assess(text);
        assert_eq!(record.level, Level::InsufficientText, "{text}");
        assert_eq!(record.reason.as_deref(), Some("unsupported_language"), "{text}");
    }
}

#[test]
fn nothing_and_next_to_nothing_have_a_record() {
    for text in [
        "",
        " ",
        "\n\n\t",
        "\0",
        "😀🔥👍🏽",
        "...",
        "1234567890",
        "\u{200b}\u{feff}",
        "\u{202e}",
        "ø",
    ] {
        let record = assess(text);
        // Without a word there is no language either, and the text type may be that of anything else.
        assert!(matches!(record.level, Level::InsufficientText | Level::NotScored), "{text:?}");
        assert!(record.indicators.is_empty(), "{text:?}");
    }
}

#[test]
fn the_longest_text_that_is_read_is_read() {
    let sentence = "Dicari kasir toko, gaji UMR. ";
    let text = sentence.repeat(40 * 1024 / sentence.len());
    let record = assess(&text);
    assert!(
        record.level.rung().is_some() || record.level == Level::NotScored,
        "{:?}",
        record.level
    );
}
