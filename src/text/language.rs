//! Which of the languages we read a post is in.
//!
//! Small closed lists of function words decide, for posts are short, mixed and full of names:
//! Indonesian and Malay differ in few words, and a statistical detector takes either for the
//! other, and a Burmese post with an English job title for English. `whatlang` is asked only when
//! the lists find next to nothing, to recognise a language that we do not read.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use whatlang::Lang;

use super::{FastMap, chars, tokenize::words};

/// A language that a post can be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Language {
    /// Indonesian.
    #[serde(rename = "id")]
    Indonesian,
    /// Malay as written in Malaysia, Singapore and Brunei.
    #[serde(rename = "ms")]
    Malay,
    /// English.
    #[serde(rename = "en")]
    English,
    /// Any language that we do not read.
    #[serde(rename = "other")]
    Other,
}

impl Language {
    /// The ISO 639-1 code, or `other`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Indonesian => "id",
            Self::Malay => "ms",
            Self::English => "en",
            Self::Other => "other",
        }
    }
}

/// Indonesian and not Malay, or hardly.
const INDONESIAN: &str = "adalah aja aku anda antara bahwa banget bareng beberapa beliau belum benar berapa berbagai \
    biar bilang bisa bukan bulan butuh cari cek cewek cowok cuma cuman dapat dapet dgn \
    dibutuhkan dicari dipersilahkan dll doang dong dptkan dulu enggak gaada gaes gak gan gapapa \
    gede gimana gini gitu gue habis halo hanya hari hingga hubungi ijazah informasi jika juta \
    kak kakak kalian kalo kami kamu karena karna karyawan kasih katanya kayak ketika kirim klo \
    kok koq kpd krn kualifikasi kuota lagi lamaran langsung lho loh loker lowongan lu lulusan \
    makanya makasih maksimal mau memiliki mending menggunakan mengirim minat mohon mungkin nanti \
    ngga nggak ntar nya ongkos orang pakai pake pelamar penempatan pengalaman perusahaan pgn \
    pria pulsa saat saja sampe sdh sebagai segera sekarang selamat seleksi siapa sih silahkan \
    silakan sob sudah supaya syarat tahun tanya tapi tau tdk terima tetap tidak tlp tolong trus \
    tuh uang udah untk usia utk wanita yah yaitu yakni yg yuk";

/// Malay and not Indonesian, or hardly.
const MALAY: &str = "adakah awak bayaran berbanding beritahu berkenaan bertanya bg boleh cakap dah daripada \
    diorang elaun encik hantar iaitu ialah jawatan je jer jom kat kekosongan kerana kilang \
    korang lelaki macam mahu majikan mcm nak ni ringgit sahaja sbb sebab sebarang sekiranya \
    sikit sila syarikat tak takde tempatan temuduga tengok tiada warganegara wasap ye yuran";

/// In both languages.
const SHARED: &str = "ada agar akan ambil apa atas atau bagaimana bagi baik banyak baru bayar bekerja beri berikut \
    berminat besar biaya bila cuti dalam dan dapatkan dari dekat dengan di dia dijamin diri gaji \
    hal harga harus hidup ini itu jadi jangan juga kalau kali kata ke kena kepada kerja kita \
    lain lalu lebih lepas makan mana mari masih masuk mereka minta mula namun negara negeri oleh \
    pada para pekerja percuma percutian perempuan perlu permohonan pernah pihak pun rumah sama \
    sampai sangat saya sebelum secara sedang sehingga sekali selama selepas semak semua seorang \
    sesuai sesudah setiap sini situ tanpa telah tempat tengah tentang tersebut terus tetapi tiap \
    tinggal tuan umur untuk waktu walaupun ya yang";

/// English.
const ENGLISH: &str = "about all also am an and any are as at be been before but by can could dear did do does each \
    every for from had has have he hello her here hi his how if in into is it its just like may \
    me more most must my need no not now of on one only or other our out over please she should \
    so some such than thanks that the their them then there these they this those through to up \
    us very want was we well were what when where which who why will with within without would \
    you your";

/// Of the English words those that sentences have, and labels ("off days: sat and sun") do not.
const ENGLISH_CORE: &str = "are be been can did do does had has have he her his if is it its me my our she that the \
    their them they this us was we were what who will would you your";

/// Words of English job advertisements; weaker, for every language borrows them.
const ENGLISH_LOANS: &str = "ability accommodation apply benefits candidate candidates company contact customer days \
    developer engineer experience free full good hiring hour hours job jobs looking manager \
    month monthly operator part provided requirements responsibilities salary sales service \
    skills staff team time training vacancy visa wanted work worker workers working year years";

/// Languages that posts near ours are in, without accents: Vietnamese, Tagalog, Spanish, French, Portuguese, German, Italian. Words that ours share are left out.
const FOREIGN: &str = "ako ang anh auf avec bam ban ben bi biet boi cac cai cao cap cau cette che chi chia chinh cho \
    chua chuc chung chuyen co como con cong cua cung cuoc cuoi da dahil dang dans das dat dau de \
    del della dem den der des dich diem dien dinh doi dos du dung duoc duong ein eine el em es est \
    esta este et eta fur gi gia giam gio gioi gli goi gui han hang hay het hien hindi hoac hom hop \
    ich ieu ikaw il ils im ist kasi kayo khach khi khoan khong kinh ko kung ky lai lam lang las le \
    len les lien loi los luc luong ma mai mas mayroon mga mien minh mit mo moi mot muc muon muy nam \
    naman namin nang nao naon natin nay ng ngan ngay nghiep nguoi nha nhan nhanh nhat nhieu nhu \
    nhung nicht ning ninyo noi non nous o os pas pero phai phi phong phut plus po por pour que quy \
    quyen ra rang rat sa saan sahod sau se seu sie siya soan son sono sont su sua sur tai tam tang \
    tat teu thang thanh thay thi thich thoai thoi thong thu thuc tien tiep tim tin tinh toan toi \
    tra trabaho tran trang tren trong trung truoc truy tu tuc tuong tuy um uma una und une ung unos \
    uu va van vao vay ve vi viec viet voce voi von vong vous vui vuot wala wir xem xin zu";

/// Regional languages of Indonesia, mostly Javanese and Sundanese: words that neither Indonesian nor
/// Malay has. Such a text is read as far as its words of ours go.
const REGIONAL: &str = "abdi adoh anjeun arek arep awakmu aya bae bapake beih bojo cah dewe dhari dhuwit dika durung \
    duwe embong gawe gelem golek hayang henteu ibune iki iku indak iso iyo jeung kabeh karo kene \
    kerjo kono kowe kumaha kuring kuwi lagek lako lanang mboten metu mlebu molana mrono mulih nek \
    nggolek nggowo ngko ngomong ninggal njaluk nyambut ojo omah ono opo ora padha padusi piye rek \
    rene sabelun saiki sampeyan sareng sedulur senga sengko sing sugih tulung urang wae wedok wes \
    wis wong";

/// The same for Indonesian and Malay: words of advertisements and messages that grammar does not need.
const MALAYIC_LOANS: &str = "aktifkan alamat aneka barang beli berbagi biaya bonus cuci daftar diskon gempa gratis gudang \
    hadiah harga hilang ibu info jadwal jt jual juta kartu ketik klik kode kota kuota libur \
    lokasi mama mas mbak murah nomer nomor pak paket pemenang pin poin promo pulsa rb rekening \
    ribu terbatas toko transfer tukar undian wilayah";

const ID: u16 = 1;
const MS: u16 = 2;
const BOTH: u16 = 4;
const EN: u16 = 8;
const LOAN: u16 = 16;
const ELSE: u16 = 32;
const CORE: u16 = 64;
const TRADE: u16 = 128;
const HOME: u16 = 256;

/// Each listed word and the lists that hold it.
static MARKERS: LazyLock<FastMap<&'static str, u16>> = LazyLock::new(|| {
    let lists = [
        (ID, INDONESIAN),
        (MS, MALAY),
        (BOTH, SHARED),
        (EN, ENGLISH),
        (CORE, ENGLISH_CORE),
        (LOAN, ENGLISH_LOANS),
        (TRADE, MALAYIC_LOANS),
        (ELSE, FOREIGN),
        (HOME, REGIONAL),
    ];
    let mut markers = FastMap::default();
    for (list, words) in lists {
        for word in words.split_whitespace() {
            *markers.entry(word).or_default() |= list;
        }
    }
    markers
});

/// What was found in a text, in words.
#[derive(Clone, Copy, Debug, Default)]
struct Hits {
    /// Words in Latin letters, of two letters or more or listed.
    latin: usize,
    indonesian: usize,
    malay: usize,
    shared: usize,
    english: usize,
    loans: usize,
    trade: usize,
    foreign: usize,
    regional: usize,
    /// English words that labels and titles do without: pronouns, articles, verbs.
    core: usize,
    /// Letters of scripts other than Latin.
    other_letters: usize,
    /// Latin letters.
    latin_letters: usize,
}

impl Hits {
    fn add_word(&mut self, word: &str) {
        if !word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            let letters = word.chars().filter(|c| chars::is_alphabetic(*c) && !c.is_ascii());
            self.other_letters += letters.count();
            return;
        }
        let lists = MARKERS.get(word).copied().unwrap_or_default();
        self.latin += usize::from(word.len() > 1 || lists != 0);
        self.latin_letters += word.len();
        let has = |list: u16| usize::from(lists & list != 0);
        self.indonesian += has(ID);
        self.malay += has(MS);
        self.shared += has(BOTH);
        self.english += has(EN);
        self.core += has(CORE);
        self.loans += has(LOAN);
        self.trade += has(TRADE);
        self.foreign += has(ELSE);
        self.regional += has(HOME);
    }

    /// Hits of words that Indonesian or Malay have.
    fn malayic(&self) -> usize {
        self.indonesian + self.malay + self.shared
    }

    /// Whether most words that were recognised are of a regional language of Indonesia.
    fn is_regional(&self) -> bool {
        self.other_letters == 0
            && self.regional >= 2
            && self.regional > self.foreign + self.supported()
    }

    fn supported(&self) -> usize {
        self.malayic() + self.english
    }
}

/// The languages of a normalised text, main one first; never empty.
///
/// A language is present with three function words or 15 % of all that were recognised. `Other`
/// comes alone: where it does, no part of the text is in a language that we read. A text without a
/// single recognised word counts as Indonesian when nothing speaks against it, and so does one in a
/// regional language of Indonesia that `says_something`: in which a concept was found.
pub fn detect(normalized: &str, says_something: bool) -> Vec<Language> {
    let mut hits = Hits::default();
    for word in words(normalized) {
        hits.add_word(normalized.get(word).unwrap_or_default());
    }
    if hits.is_regional() {
        return vec![if says_something { Language::Indonesian } else { Language::Other }];
    }
    if is_other(normalized, &hits) { vec![Language::Other] } else { present(&hits) }
}

/// A text with letters of other scripts is ours when a part of it is a sentence of ours; one in
/// Latin letters, when it has more words of ours than of others, and `whatlang` has no objection.
fn is_other(text: &str, hits: &Hits) -> bool {
    if hits.other_letters * 20 > hits.latin_letters {
        return !is_ours_in_part(hits)
            && !has_sentence(text, hits.other_letters > hits.latin_letters);
    }
    if hits.foreign > hits.supported() {
        return true;
    }
    match hits.supported() + hits.loans + hits.trade {
        0 => hits.latin >= 8 || is_unread(text),
        1 => hits.latin >= 10 && is_unread(text),
        _ => false,
    }
}

/// Whether a mixed text is mostly Latin letters, with function words of ours enough.
fn is_ours_in_part(hits: &Hits) -> bool {
    let is_malayic = hits.other_letters < hits.latin_letters && hits.malayic() >= 3;
    let is_english = hits.other_letters * 2 < hits.latin_letters
        && hits.english >= 6
        && hits.english * 100 >= hits.latin * 15;
    hits.foreign < hits.supported() && (is_malayic || is_english)
}

/// Whether some line, or part of one between other scripts, is a sentence in a language of ours
/// and not a label, a title or an address.
fn has_sentence(text: &str, is_strict: bool) -> bool {
    let mut part = Hits::default();
    let mut last_end = 0;
    for word in words(text) {
        let is_new_line = text.get(last_end..word.start).is_some_and(|gap| gap.contains('\n'));
        last_end = word.end;
        let mut next = if is_new_line { Hits::default() } else { part };
        next.add_word(text.get(word).unwrap_or_default());
        if is_new_line || next.other_letters > 0 {
            if is_sentence(&part, is_strict) {
                return true;
            }
            if next.other_letters > 0 {
                next = Hits::default();
            }
        }
        part = next;
    }
    is_sentence(&part, is_strict)
}

/// Labels between the lines of another script come close to a sentence, so that where those are
/// the most, a sentence of ours has to be a full one.
fn is_sentence(part: &Hits, is_strict: bool) -> bool {
    let (fewest, share) = if is_strict { (8, 40) } else { (6, 30) };
    let is_long = part.english >= 10 && part.core >= 3 && part.english * 5 >= part.latin;
    let is_english = is_long
        || (part.latin >= fewest && part.core >= 2 && part.english * 100 >= part.latin * share);
    let is_malayic = part.latin >= 4 && part.malayic() >= 3 && part.malayic() * 4 >= part.latin;
    part.foreign < part.supported() && (is_english || is_malayic)
}

/// Whether `whatlang` is sure of a language that is not ours.
fn is_unread(text: &str) -> bool {
    whatlang::detect(text).is_some_and(|info| {
        info.is_reliable() && !matches!(info.lang(), Lang::Eng | Lang::Ind | Lang::Jav)
    })
}

/// The supported languages present, by hits.
fn present(hits: &Hits) -> Vec<Language> {
    let english = hits.english + hits.loans / 2;
    // Shared words go to the one whose own words are more; Indonesian wins a tie.
    let is_malay = hits.malay > hits.indonesian;
    let shared = |wins: bool| if wins { hits.shared } else { 0 };
    let mut found = [
        (hits.indonesian + shared(!is_malay), Language::Indonesian),
        (hits.malay + shared(is_malay), Language::Malay),
        (english, Language::English),
    ];
    let all: usize = found.iter().map(|(hits, _)| hits).sum();
    if all == 0 {
        return vec![Language::Indonesian];
    }
    found.sort_by_key(|(hits, language)| (std::cmp::Reverse(*hits), *language));
    let main = found[0].1;
    let is_present = |(hits, language): &(usize, Language)| {
        // One Malay word does not make an Indonesian text Malay.
        let fewest =
            if *language == Language::Malay && main == Language::Indonesian { 2 } else { 1 };
        *hits >= fewest && (*hits >= 3 || hits * 100 >= all * 15)
    };
    found.into_iter().filter(is_present).map(|(_, language)| language).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn codes(text: &str) -> Vec<&'static str> {
        detect(text, false).into_iter().map(Language::code).collect()
    }

    #[test]
    fn a_regional_language_is_read_where_it_says_something() {
        let text = "kowe gelem ora nek kerjo dadi lc";
        assert_eq!(detect(text, true), [Language::Indonesian]);
        assert_eq!(detect(text, false), [Language::Other]);
        let mixed = "kowe mau kerja di kamboja tidak, gaji besar";
        assert_eq!(detect(mixed, false), [Language::Indonesian]);
    }

    #[test]
    fn a_text_is_known_by_its_function_words() {
        let cases: [(&str, &[&str]); 12] = [
            ("lowongan kerja di kamboja, gaji besar dan tidak perlu ijazah", &["id"]),
            ("gaji gede banget, kalian mau ikut nggak?", &["id"]),
            ("jawatan kosong di kilang, gaji rm2000 sahaja, awak nak kerja kat sini?", &["ms"]),
            ("sesiapa boleh hantar borang kepada majikan daripada sekarang", &["ms", "id"]),
            ("we are looking for workers and you will be paid every month", &["en"]),
            (
                "kami cari admin yang bisa kerja malam. you will be paid in usd and we have free food",
                &["en", "id"],
            ),
            ("kerja", &["id"]),
            ("", &["id"]),
            ("🙏🙏", &["id"]),
            ("招聘 admin kamboja, gaji besar, kami tanggung tiket dan makan", &["id"]),
            ("urgent hiring operator", &["en"]),
            ("dicari lc dan spg, mess dan makan ditanggung", &["id"]),
        ];
        for (text, expected) in cases {
            assert_eq!(codes(text), expected, "{text}");
        }
    }

    #[test]
    fn what_we_cannot_read_is_other_and_nothing_else() {
        for text in [
            "招聘客服人员 月薪一万 包吃住",
            "รับสมัครพนักงาน แอดมิน เงินเดือนดี",
            "ဝန်ထမ်း အမြန်ခေါ်ယူသည် company salary hr yangon cv form",
            "ဝန်ထမ်း အမြန်ခေါ်ယူသည် working hours 9 am to 5 pm, off day sunday and holidays",
            "cong ty can tuyen nhan vien, luong cao, khong can kinh nghiem",
            "требуется официант на работу в москве, оплата высокая",
            "kailangan namin ng mga tao sa trabaho, wala kang babayaran",
            "aku iki ora iso mulih, piye carane, wis suwe ning kene karo kowe",
            "nous cherchons des serveurs pour un restaurant, le salaire est bon et vous pouvez commencer",
            "buscamos camareros para un restaurante, el sueldo es muy bueno y no se paga nada",
        ] {
            assert_eq!(codes(text), ["other"], "{text}");
        }
    }

    #[test]
    fn a_sentence_between_another_script_is_read() {
        let text = "အလုပ်ခေါ်စာ အမြန်\nyou will have to pay for the ticket if you leave before the end\nဆက်သွယ်ရန် ဖုန်း";
        assert_eq!(codes(text), ["en"]);
    }

    #[test]
    fn a_language_is_written_as_its_code() {
        for language in [Language::Indonesian, Language::Malay, Language::English, Language::Other]
        {
            let json = serde_json::to_string(&language).unwrap();
            assert_eq!(json, format!("\"{}\"", language.code()));
            assert_eq!(serde_json::from_str::<Language>(&json).unwrap(), language);
        }
    }

    #[test]
    fn no_word_speaks_for_two_languages() {
        let sorted: std::collections::BTreeMap<_, _> = MARKERS.iter().collect();
        for (word, lists) in sorted {
            assert_eq!(
                (lists & (ID | MS | BOTH | EN | ELSE | HOME)).count_ones().max(1),
                1,
                "{word}"
            );
        }
    }

    proptest! {
        #[test]
        fn other_stands_alone_and_something_stands(text in "(dan |kami |the |you |tak |nak |khong |xyz |စာ |你){0,20}|\\PC{0,60}") {
            let found = detect(&text, false);
            prop_assert!(!found.is_empty());
            prop_assert!(found == [Language::Other] || !found.contains(&Language::Other));
            let distinct: std::collections::BTreeSet<_> = found.iter().collect();
            prop_assert_eq!(distinct.len(), found.len());
        }
    }
}
