//! The forms in which a secret may show: as it is, percent-encoded, within JSON, in hexadecimal, and in Base64, wherever in a group of three
//! bytes it begins.

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER};

/// All of them.
pub(crate) fn forms(secret: &str) -> Vec<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let percent: String = secret
        .bytes()
        .map(|byte| {
            if plain(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    let mut all = vec![
        secret.to_owned(),
        secret.replace('/', "\\/"),
        percent.to_lowercase(),
        percent,
        HEXLOWER.encode(secret.as_bytes()),
    ];
    for before in 0..3 {
        let bytes = [vec![0; before], secret.as_bytes().to_vec()].concat();
        for encoding in [&BASE64_NOPAD, &BASE64URL_NOPAD] {
            let text = encoding.encode(&bytes);
            // The characters at either end are shared with what stands beside it.
            let begin = (before * 8).div_ceil(6);
            let end = bytes.len() * 8 / 6;
            all.push(text[begin..end].to_owned());
        }
    }
    all
}

#[test]
fn a_secret_is_recognised_within_base64() {
    let all = forms("Geheimnis");
    for text in ["Geheimnis", "x:Geheimnis", "ann:Geheimnis@", "yx:Geheimnis"] {
        let encoded = data_encoding::BASE64.encode(text.as_bytes());
        assert!(all.iter().any(|form| encoded.contains(form)), "{encoded}");
    }
}
