/// Family names of two characters; all others in Chinese have one.
const COMPOUND: [&str; 10] =
    ["欧阳", "司马", "诸葛", "上官", "夏侯", "歐陽", "司馬", "諸葛", "皇甫", "尉迟"];

/// Whether a name is written in Chinese characters, kana or hangul alone, where the family comes first.
pub(super) fn is_family_first(text: &str) -> bool {
    let mut letters = text.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(is_east_asian)
}

/// Blocks of the Unicode Standard: CJK ideographs, hiragana and katakana, hangul syllables.
const fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}')
}

/// Given and family part of such a name. Without a blank, two to four characters are split behind the family
/// name; more are left whole, since nothing tells where a Japanese family name ends.
pub(super) fn split(text: &str) -> (String, String) {
    if let Some((family, given)) = text.split_once(|c: char| c.is_whitespace() || c == '・') {
        return (given.trim().to_owned(), family.trim().to_owned());
    }
    let count = text.chars().count();
    let kana = text.chars().any(|c| matches!(c, '\u{3040}'..='\u{30FF}'));
    let family = match count {
        3 | 4 if COMPOUND.iter().any(|c| text.starts_with(c)) => 2,
        2 | 3 if !kana => 1,
        _ => return (text.to_owned(), String::new()),
    };
    let at = text.char_indices().nth(family).map_or(text.len(), |(at, _)| at);
    let (family, given) = text.split_at_checked(at).unwrap_or((text, ""));
    (given.to_owned(), family.to_owned())
}
