use captely_platform::http::Problem;

/// BLAKE3 as 64 hexadecimal digits, as it stands in requests.
pub(super) fn read(text: Option<&str>) -> Result<Option<[u8; 32]>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let hash = blake3::Hash::from_hex(text.trim().to_ascii_lowercase()).map_err(|_why| {
        Problem::invalid("hash", "hash must be the file's BLAKE3 in 64 hexadecimal digits.")
    })?;
    Ok(Some(*hash.as_bytes()))
}

/// The same, as it stands in answers.
pub(super) fn show(hash: [u8; 32]) -> String {
    blake3::Hash::from_bytes(hash).to_hex().to_string()
}
