//! The order in which people count: `photo2` before `photo10`.

use std::cmp::Ordering;
use std::ffi::OsStr;

/// Compares two names: digits as numbers, letters without case, and names that are alike by their bytes.
pub(crate) fn compare(one: &OsStr, other: &OsStr) -> Ordering {
    let (left, right) = (one.to_string_lossy(), other.to_string_lossy());
    by_parts(&left, &right).then_with(|| one.cmp(other))
}

fn by_parts(mut one: &str, mut other: &str) -> Ordering {
    loop {
        let (left, right) = (number(&mut one), number(&mut other));
        let order = match (left, right) {
            (Some(left), Some(right)) => left.len().cmp(&right.len()).then_with(|| left.cmp(right)),
            _ => letter(left, &mut one).cmp(&letter(right, &mut other)),
        };
        if order != Ordering::Equal || (one.is_empty() && other.is_empty()) {
            return order;
        }
    }
}

/// Takes the digits at the beginning, and returns those that count: the longer is the larger number.
fn number<'a>(text: &mut &'a str) -> Option<&'a str> {
    let end = text.find(|letter: char| !letter.is_ascii_digit());
    let (digits, rest) = text.split_at(end.unwrap_or(text.len()));
    *text = rest;
    (!digits.is_empty()).then(|| digits.trim_start_matches('0'))
}

/// Takes the letter at the beginning. A number is among letters where its digits are.
fn letter(number: Option<&str>, text: &mut &str) -> Option<String> {
    if number.is_some() {
        return Some("0".to_owned());
    }
    let mut letters = text.chars();
    let first = letters.next()?;
    *text = letters.as_str();
    Some(first.to_lowercase().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_the_order_in_which_people_count() {
        let sorted = [
            "",
            "-1.jpg",
            "01.jpg",
            "1.jpg",
            "2.jpg",
            "10.jpg",
            "99999999999999999999999999.jpg",
            "100000000000000000000000000.jpg",
            "img",
            "IMG_2.jpg",
            "img_2.jpg",
            "img_3.jpg",
            "IMG_10.jpg",
            "photo 2 of 9a.jpg",
            "photo 2 of 10.jpg",
            "photo 2a.jpg",
            "photo 10.jpg",
            "\u{e9}t\u{e9}.jpg",
        ];

        for (index, one) in sorted.iter().enumerate() {
            for (other_index, other) in sorted.iter().enumerate() {
                let order = compare(OsStr::new(one), OsStr::new(other));
                assert_eq!(order, index.cmp(&other_index), "{one:?} {other:?}");
            }
        }
    }
}
