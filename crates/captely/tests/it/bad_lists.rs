//! Files that are no lists, and lists that mean harm, made by the tests that hand them in.

use std::fmt::Write as _;
use std::io::{Cursor, Read as _, Write as _};

use captely_tabular::{Cell, Format, TakenBytes, WriteOptions, create_on};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// A program that somebody has given a list's name (the head of the PE form).
pub(crate) const PROGRAM: &[u8] = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0\xb8\0\0\0";

/// The frame of a compound file with the two streams that an encrypted workbook is made of
/// (MS-CFB §2.2 and §2.6.1, MS-OFFCRYPTO §2.3.4).
pub(crate) fn encrypted_workbook() -> Vec<u8> {
    const SECTOR: usize = 512;
    const END: u32 = 0xFFFF_FFFE;
    let mut file = vec![0xFF; SECTOR * 3];
    file[..76].fill(0);
    file[..8].copy_from_slice(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    let mut put = |at: usize, bytes: &[u8]| file[at..at + bytes.len()].copy_from_slice(bytes);
    put(24, &[0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0]); // version 3, sectors of 2^9, of 2^6
    put(44, &1_u32.to_le_bytes()); // one sector of the allocation table
    put(48, &1_u32.to_le_bytes()); // the directory is in sector 1
    put(56, &4_096_u32.to_le_bytes());
    put(60, &END.to_le_bytes());
    put(68, &END.to_le_bytes());
    put(76, &0_u32.to_le_bytes()); // the table is in sector 0
    put(SECTOR, &0xFFFF_FFFD_u32.to_le_bytes());
    put(SECTOR + 4, &END.to_le_bytes());
    for (index, (name, kind)) in
        [("Root Entry", 5), ("EncryptionInfo", 2), ("EncryptedPackage", 2)].iter().enumerate()
    {
        let mut entry = [0_u8; 128];
        let text: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry[..text.len()].copy_from_slice(&text);
        entry[64] = u8::try_from(text.len() + 2).expect("a short name");
        entry[66] = *kind;
        put(SECTOR * 2 + 128 * index, &entry);
    }
    file
}

/// A workbook whose sheet is 64 MiB of blanks in a few kilobytes.
pub(crate) fn zip_bomb() -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    zip.start_file("xl/workbook.xml", options).expect("begun");
    zip.write_all(b"<workbook/>").expect("written");
    zip.start_file("xl/worksheets/sheet1.xml", options).expect("begun");
    for _ in 0..64 {
        zip.write_all(&vec![b' '; 1 << 20]).expect("written");
    }
    zip.finish().expect("ended").into_inner()
}

/// A workbook with a name that stands for 10^12 letters, by entities that multiply.
pub(crate) fn entity_bomb() -> Vec<u8> {
    let mut entities = String::from("<!ENTITY a0 \"xxxxxxxxxx\">");
    for n in 0..11 {
        let ten = format!("&a{n};").repeat(10);
        write!(entities, "<!ENTITY a{} \"{ten}\">", n + 1).expect("written");
    }
    changed(&workbook(&["Name,Email", "BOMB,ada@mills.example"]), |name, text| {
        if name.starts_with("xl/") && text.contains("BOMB") {
            let end = text.find("?>").expect("a declaration") + 2;
            text.insert_str(end, &format!("<!DOCTYPE any [{entities}]>"));
            *text = text.replace("BOMB", "&a11;");
        }
    })
}

/// A workbook with a macro's project beside its sheet, which is a list as any other.
pub(crate) fn macro_workbook() -> Vec<u8> {
    let plain = workbook(&["Name,Email", "Ada Rao,ada@mills.example"]);
    let mut zip = ZipWriter::new_append(Cursor::new(plain)).expect("a workbook");
    zip.start_file("xl/vbaProject.bin", SimpleFileOptions::default()).expect("begun");
    zip.write_all(b"Sub Auto_Open()\nEnd Sub").expect("written");
    zip.finish().expect("ended").into_inner()
}

/// Two lines of 20,000 cells each.
pub(crate) fn wide() -> Vec<u8> {
    let names: Vec<String> = (0..20_000).map(|n| format!("c{n}")).collect();
    format!("{0}\n{0}\n", names.join(",")).into_bytes()
}

/// A workbook of which the second half is gone.
pub(crate) fn cut_workbook() -> Vec<u8> {
    let rows: Vec<String> = (0..2_000).map(|n| format!("Ada{n} Rao,a{n}@mills.example")).collect();
    let mut lines = vec!["Name,Email"];
    lines.extend(rows.iter().map(String::as_str));
    let mut bytes = workbook(&lines);
    bytes.truncate(bytes.len() / 2);
    bytes
}

/// A workbook of these rows, whose cells have commas between them.
fn workbook(lines: &[&str]) -> Vec<u8> {
    let cells = |line: &&str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    let (header, rows) = lines.split_first().expect("a header");
    let written = TakenBytes::default();
    let (out, options) = (Box::new(written.clone()), WriteOptions::default());
    let mut writer =
        create_on(out, "a workbook", Format::Xlsx, &cells(header), &options).expect("begun");
    for row in rows {
        let row: Vec<Cell<'_>> = row.split(',').map(Cell::Text).collect();
        writer.row(&row).expect("written");
    }
    writer.finish().expect("ended");
    written.take()
}

/// The same workbook with its parts as `change` leaves them.
fn changed(workbook: &[u8], change: impl Fn(&str, &mut String)) -> Vec<u8> {
    let mut from = ZipArchive::new(Cursor::new(workbook)).expect("a workbook");
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut part = from.by_index(index).expect("a part");
        let (name, mut text) = (part.name().expect("a name").into_owned(), String::new());
        part.read_to_string(&mut text).expect("UTF-8");
        change(&name, &mut text);
        to.start_file(name, SimpleFileOptions::default()).expect("begun");
        to.write_all(text.as_bytes()).expect("written");
    }
    to.finish().expect("ended").into_inner()
}
