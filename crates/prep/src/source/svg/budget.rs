//! What a drawing may cost.

use std::collections::{HashMap, HashSet};

use resvg::usvg::{self, roxmltree};
use roxmltree::{Document, Node, NodeId};

use crate::error::Error;
use crate::header::Format;

/// The most bytes that entities may become.
const MOST_EXPANDED: usize = 32 << 20;

/// The most elements, each counted as often as it is referred to.
const MOST_ELEMENTS: u64 = 100_000;

/// How deep elements may lie in each other, also by reference; what follows them is recursive.
const DEEPEST: u32 = 64;

/// The most patterns, masks and the like that style sheets refer to: those could lead to each other.
const MOST_STYLED: usize = 32;

/// How many times the whole drawing may be painted over.
const MOST_AREA: f64 = 4_000.0;

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
    if references.saturating_mul(longest) > MOST_EXPANDED {
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
        ..=MOST_ELEMENTS => Ok(()),
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
        ..=MOST_STYLED => Ok(()),
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
        if depth > DEEPEST {
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

/// Refuses drawings that paint over themselves without end.
pub(super) fn check_area(tree: &usvg::Tree) -> Result<(), Error> {
    let size = tree.size();
    let whole = f64::from(size.width()) * f64::from(size.height());
    let mut area = Area {
        size,
        whole,
        left: MOST_AREA * whole,
    };
    area.paint(tree.root(), 0)
}

struct Area {
    size: usvg::Size,
    whole: f64,
    left: f64,
}

impl Area {
    /// Takes off what is painted for a group.
    fn paint(&mut self, group: &usvg::Group, depth: u32) -> Result<(), Error> {
        if depth > DEEPEST * 4 {
            return Err(too_much("elements too deep in each other"));
        }
        // What is mixed on its own is painted twice more: cleared, and put down; each filter and mask again.
        if group.should_isolate() {
            let layers = 2 + 4 * group.filters().len() + 2 * usize::from(group.mask().is_some());
            self.spend(layers as f64 * self.whole)?;
        }
        for node in group.children() {
            match node {
                usvg::Node::Group(group) => self.paint(group, depth + 1)?,
                other => self.spend(visible(other.abs_bounding_box(), self.size))?,
            }
            let mut result = Ok(());
            node.subroots(|root| {
                if result.is_ok() {
                    result = self.paint(root, depth + 1);
                }
            });
            result?;
        }
        Ok(())
    }

    fn spend(&mut self, area: f64) -> Result<(), Error> {
        // Also what paints nothing costs.
        self.left -= area + self.whole / 1000.0;
        match self.left > 0.0 {
            true => Ok(()),
            false => Err(too_much("too much that lies over each other")),
        }
    }
}

/// The part of a box that lies in the drawing.
fn visible(found: usvg::Rect, size: usvg::Size) -> f64 {
    let along =
        |from: f32, to: f32, length: f32| f64::from((to.min(length) - from.max(0.0)).max(0.0));
    along(found.left(), found.right(), size.width())
        * along(found.top(), found.bottom(), size.height())
}

fn too_much(cause: &str) -> Error {
    Error::Malformed {
        format: Format::Svg,
        cause: cause.into(),
    }
}
