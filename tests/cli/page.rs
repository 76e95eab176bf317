//! Reads a preview as a browser would, and refuses what is not as strict as it should be.

use std::collections::BTreeMap;

use html5gum::{DefaultEmitter, Token, Tokenizer};

/// A page, its elements in the order of their start tags.
pub(crate) struct Page {
    pub(crate) text: String,
    pub(crate) elements: Vec<Element>,
}

#[derive(Debug, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: BTreeMap<String, String>,
    /// All text in it and in what is in it.
    pub(crate) text: String,
    /// Where its ancestors are, from the root on.
    pub(crate) ancestors: Vec<usize>,
}

impl Element {
    pub(crate) fn get(&self, attribute: &str) -> &str {
        self.attributes.get(attribute).map_or("", String::as_str)
    }

    pub(crate) fn has_class(&self, class: &str) -> bool {
        self.get("class").split(' ').any(|own| own == class)
    }

    pub(crate) fn numbers(&self, attributes: &[&str]) -> Vec<f64> {
        let number = |attribute: &&str| self.get(attribute).parse().unwrap();
        attributes.iter().map(number).collect()
    }
}

impl Page {
    /// Every tag must be closed, and nothing may be an error by the standard.
    pub(crate) fn read(text: String) -> Self {
        let mut emitter = DefaultEmitter::default();
        emitter.naively_switch_states(true);
        let mut elements: Vec<Element> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        let string = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        for token in Tokenizer::new_with_emitter(&text, emitter) {
            match token.unwrap() {
                Token::StartTag(tag) => {
                    let name = string(&tag.name);
                    let is_void = ["meta", "link", "input"].contains(&&*name);
                    let attributes = tag.attributes.iter();
                    elements.push(Element {
                        attributes: attributes
                            .map(|(name, value)| (string(name), string(value)))
                            .collect(),
                        name,
                        text: String::new(),
                        ancestors: open.clone(),
                    });
                    if !is_void && !tag.self_closing {
                        open.push(elements.len() - 1);
                    }
                }
                Token::EndTag(tag) => {
                    let closed = open.pop().expect("something is open");
                    assert_eq!(elements[closed].name, string(&tag.name));
                }
                Token::String(text) => {
                    for index in &open {
                        elements[*index].text.push_str(&string(&text));
                    }
                }
                Token::Doctype(_) => {}
                token => panic!("{token:?}"),
            }
        }
        assert!(open.is_empty(), "all is closed");
        Self { text, elements }
    }

    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = &Element> {
        self.elements
            .iter()
            .filter(move |element| element.name == name)
    }

    pub(crate) fn cards(&self) -> Vec<&Element> {
        self.named("article").collect()
    }

    /// All that is in the card of this photo.
    pub(crate) fn inside(&self, photo: &str) -> Vec<&Element> {
        let is_it = |element: &Element| {
            element.name == "article" && self.heading_of(element).as_deref() == Some(photo)
        };
        let card = self.elements.iter().position(is_it);
        let card = card.unwrap_or_else(|| panic!("{photo} has no card"));
        self.elements
            .iter()
            .filter(|element| element.ancestors.contains(&card))
            .collect()
    }

    pub(crate) fn card(&self, photo: &str) -> &Element {
        let first = self.inside(photo)[0];
        &self.elements[*first.ancestors.last().unwrap()]
    }

    /// The names on the cards, in their order.
    pub(crate) fn names(&self) -> Vec<String> {
        let cards = self.cards();
        cards
            .into_iter()
            .map(|card| self.heading_of(card).unwrap())
            .collect()
    }

    fn heading_of(&self, card: &Element) -> Option<String> {
        let index = self
            .elements
            .iter()
            .position(|element| std::ptr::eq(element, card))?;
        let heading = self.elements[index..]
            .iter()
            .find(|element| element.name == "h3")?;
        Some(heading.text.clone())
    }

    /// The bytes of the picture that a card shows, or of its photo.
    pub(crate) fn image(&self, photo: &str, letter: char) -> Option<Vec<u8>> {
        use base64::Engine;

        let inside = self.inside(photo);
        let image = inside
            .iter()
            .find(|element| element.name == "image" && element.get("id").starts_with(letter))?;
        let data = image.get("href").strip_prefix("data:image/jpeg;base64,")?;
        base64::engine::general_purpose::STANDARD.decode(data).ok()
    }
}
