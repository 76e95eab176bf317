//! What a drawing may cost before it is drawn.

use std::collections::{HashMap, HashSet};

use resvg::usvg::roxmltree;
use roxmltree::{Document, Node, NodeId};

use crate::error::Error;
use crate::header::Format;

/// The most bytes that entities may become.
const MAX_EXPANDED: usize = 32 << 20;

/// The most elements, each counted as often as it is referred to.
const MAX_ELEMENTS: u64 = 100_000;

/// How deep elements may lie in each other, also by reference; what follows them is recursive.
const MAX_DEPTH: u32 = 64;

/// The most patterns, masks and the like that style sheets refer to: those could lead to each other.
const MAX_STYLED: usize = 32;

/// Refuses entities that multiply: those that hold others, and those that become too much.
pub(super) fn check_text(text: &str) -> Result<(), Error> {
    let mut longest = 0;
    for declaration in text.split("<!ENTITY").skip(1) {
        let declaration = &declaration[..declaration.find('>').unwrap_or(declaration.len())];
        if declaration.replace("&#", "").contains('&') || declaration.contains('%') {
            return Err(too_much("entities within entities"));
        }
        longest = longest.max(declaration.len());
    }
    let references = text.matches('&').count();
    if references.saturating_mul(longest) > MAX_EXPANDED {
        return Err(too_much("entities that become too long"));
    }
    Ok(())
}

/// Refuses drawings of too many elements, and those that hold what cannot be drawn.
pub(super) fn check_elements(document: &Document<'_>) -> Result<(), Error> {
    let ids: HashMap<_, _> = document
        .descendants()
        .filter_map(|node| Some((node.attribute("id")?, node)))
        .collect();
    check_styles(document, &ids)?;
    let mut counter = Counter {
        ids,
        known: HashMap::new(),
    };
    match counter.elements(document.root_element(), 0)? {
        ..=MAX_ELEMENTS => Ok(()),
        _ => Err(too_much("too many elements")),
    }
}

fn check_styles(document: &Document<'_>, ids: &HashMap<&str, Node<'_, '_>>) -> Result<(), Error> {
    let styles = document
        .descendants()
        .filter(|node| node.tag_name().name() == "style")
        .flat_map(|style| style.children().filter_map(|text| text.text()));
    let leading: HashSet<&str> = styles
        .flat_map(|style| referred("style", style))
        .filter(|id| {
            let kind = ids.get(id).map(|node| node.tag_name().name());
            !matches!(kind, None | Some("linearGradient" | "radialGradient"))
        })
        .collect();
    match leading.len() {
        ..=MAX_STYLED => Ok(()),
        _ => Err(too_much("style sheets that refer to too much")),
    }
}

struct Counter<'a, 'input> {
    ids: HashMap<&'a str, Node<'a, 'input>>,
    known: HashMap<NodeId, u64>,
}

impl Counter<'_, '_> {
    /// How many elements an element is, with all that it holds and refers to.
    fn elements(&mut self, node: Node<'_, '_>, depth: u32) -> Result<u64, Error> {
        if let Some(&known) = self.known.get(&node.id()) {
            return Ok(known);
        }
        if depth > MAX_DEPTH {
            return Err(too_much("elements too deep in each other"));
        }
        check_kind(node)?;
        let mut sum = 1_u64;
        for child in node.children().filter(Node::is_element) {
            sum = sum.saturating_add(self.elements(child, depth + 1)?);
        }
        for attribute in node.attributes() {
            for id in referred(attribute.name(), attribute.value()) {
                let Some(&target) = self.ids.get(id) else {
                    continue;
                };
                let count = self.elements(target, depth + 1)?;
                sum = sum.saturating_add(match attribute.name().starts_with("marker") {
                    // It may be drawn at each point of a path.
                    true => count.saturating_mul(points(node)),
                    false => count,
                });
            }
        }
        self.known.insert(node.id(), sum);
        Ok(sum)
    }
}

/// Refuses what would be missing from the picture.
fn check_kind(node: Node<'_, '_>) -> Result<(), Error> {
    let what = match node.tag_name().name() {
        "text" if has_text(node) => "SVG with text, for which there are no fonts,",
        "image" | "feImage" => "SVG with pictures in it",
        _ => return Ok(()),
    };
    Err(Error::Unsupported { what: what.into() })
}

fn has_text(node: Node<'_, '_>) -> bool {
    let mut texts = node.descendants().filter(Node::is_text);
    texts.any(|text| text.text().is_some_and(|text| !text.trim().is_empty()))
}

/// The ids that an attribute refers to: `#id` in links, `url(#id)` anywhere.
fn referred<'a>(name: &str, value: &'a str) -> impl Iterator<Item = &'a str> {
    let link = (name == "href").then(|| value.strip_prefix('#')).flatten();
    let urls = value.split("url(").skip(1).filter_map(|url| {
        let id = url.split(')').next()?;
        id.trim().trim_matches(['"', '\'']).strip_prefix('#')
    });
    link.into_iter().chain(urls)
}

/// An upper bound for the points of a path.
fn points(node: Node<'_, '_>) -> u64 {
    let of = |name| node.attribute(name).map_or(0, str::len) as u64;
    (of("d") + of("points")).max(4)
}

fn too_much(cause: &str) -> Error {
    Format::SVG.malformed(cause)
}
