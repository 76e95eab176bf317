//! Templates: what an answer repeats from its request.

use std::time::SystemTime;

/// What is known of the request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'a> {
    /// Path and query as they came.
    pub(crate) path: &'a str,
    pub(crate) method: &'a str,
    pub(crate) instance: &'a str,
    pub(crate) token: &'a str,
    pub(crate) chat: &'a str,
    /// Where the emulator itself is.
    pub(crate) url: &'a str,
    /// What a validation found.
    pub(crate) details: &'a str,
    /// What stands for the address of an avatar that there is not, as JSON.
    pub(crate) no_address: &'a str,
}

/// Fills in `{path}`, `{method}`, `{instance}`, `{token}`, `{token-encoded}`, `{chat}`, `{url}`,
/// `{details}`, `{timestamp}` and `{no-address}`; other braces stay.
///
/// Values are escaped as in a JSON string, unless they are JSON, and are not filled themselves.
pub(crate) fn fill(template: &str, facts: &Facts<'_>) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        filled.push_str(&rest[..start]);
        rest = &rest[start..];
        let value = rest
            .find('}')
            .and_then(|end| Some((end, value(&rest[1..end], facts)?)));
        if let Some((end, value)) = value {
            filled.push_str(&value);
            rest = &rest[end + 1..];
        } else {
            filled.push('{');
            rest = &rest[1..];
        }
    }
    filled.push_str(rest);
    filled
}

fn value(name: &str, facts: &Facts<'_>) -> Option<String> {
    let text = match name {
        "no-address" => return Some(facts.no_address.to_owned()),
        "path" => facts.path.to_owned(),
        "method" => facts.method.to_owned(),
        "instance" => facts.instance.to_owned(),
        "token" => facts.token.to_owned(),
        "token-encoded" => percent_encoded(facts.token),
        "chat" => facts.chat.to_owned(),
        "url" => facts.url.to_owned(),
        "details" => facts.details.to_owned(),
        "timestamp" => timestamp(SystemTime::now()),
        _ => return None,
    };
    Some(escaped(&text))
}

/// Encodes every byte as `%XX`, even if it need not be: the form that is hardest to recognize.
fn percent_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn escaped(value: &str) -> String {
    let quoted = serde_json::Value::from(value).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// Formats a time as ISO 8601 in UTC, to the millisecond.
fn timestamp(now: SystemTime) -> String {
    let since = now
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let seconds = since.as_secs();
    let (year, month, day) = date(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let millis = since.subsec_millis();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

/// Returns year, month and day of a day counted from 1970-01-01.
///
/// Years are counted from March on, so that the leap day is a year's last.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const FACTS: Facts<'_> = Facts {
        path: "/p",
        method: "setGroupPicture",
        instance: "31",
        token: "ab{url}",
        chat: "\"-1\"",
        url: "http://127.0.0.1:1",
        details: "",
        no_address: "null",
    };

    #[test]
    fn known_placeholders_are_filled_once_and_the_rest_stays() {
        let filled = fill(r#"{"a":{token},{chat}} {none} {"#, &FACTS);

        assert_eq!(filled, r#"{"a":ab{url},\"-1\"} {none} {"#);
    }

    #[test]
    fn an_encoded_token_has_no_byte_left_as_it_was() {
        let facts = Facts {
            token: "a0-~",
            ..FACTS
        };

        assert_eq!(fill("{token-encoded}", &facts), "%61%30%2D%7E");
    }

    #[test]
    fn timestamps_are_those_that_date_prints() {
        let table = [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59.999Z"),
            (1_798_761_600_001, "2027-01-01T00:00:00.001Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ];

        for (millis, expected) in table {
            let moment = SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
            assert_eq!(timestamp(moment), expected);
        }
    }
}
