//! Matches requests and connections against the script's rules, and counts them.

use std::collections::HashMap;

use crate::fault::End;
use crate::number::Chance;
use crate::received::Method;
use crate::script::{Count, Rule, Script};

/// A script, and how many requests each of its rules has counted.
#[derive(Debug, Default)]
pub(crate) struct ScriptState {
    script: Script,
    /// How many requests have reached each rule. A rule that counts all has one entry, for no chat.
    reached: HashMap<(usize, String), u64>,
    connections: Vec<u64>,
}

/// The rule that a request matches.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Matched {
    /// Its place in the script, from 0.
    pub(crate) index: usize,
    pub(crate) rule: Rule,
}

impl ScriptState {
    pub(crate) fn new(script: Script) -> Self {
        Self {
            connections: vec![0; script.connections.len()],
            script,
            reached: HashMap::new(),
        }
    }

    /// Returns whether the rule for such a request depends on the chat that its body names.
    pub(crate) fn needs_chat(&self, method: Method) -> bool {
        self.script.rules.iter().any(|rule| {
            rule.method.is_none_or(|wanted| wanted == method)
                && (rule.chat.is_some() || rule.count == Count::EachChat)
        })
    }

    /// Returns the first rule that matches a request. The rules before it have counted the request,
    /// the rules after it have not.
    pub(crate) fn match_request(&mut self, method: Method, chat: Option<&str>) -> Option<Matched> {
        let chat = chat.unwrap_or_default();
        for (index, rule) in self.script.rules.iter().enumerate() {
            let is_meant = rule.method.is_none_or(|wanted| wanted == method)
                && rule.chat.as_ref().is_none_or(|wanted| wanted == chat);
            if !is_meant {
                continue;
            }
            let counted = match rule.count {
                Count::All => "",
                Count::EachChat => chat,
            };
            let reached = self.reached.entry((index, counted.to_owned())).or_default();
            *reached += 1;
            let draw = draw(self.script.seed, &[index as u64, *reached], counted);
            if is_due(rule.from, rule.to, rule.chance, *reached, draw) {
                let rule = rule.clone();
                return Some(Matched { index, rule });
            }
        }
        None
    }

    /// Returns how a new connection ends before anything is read from it, if a rule matches it.
    pub(crate) fn match_connection(&mut self) -> Option<End> {
        let rules = self.script.connections.iter().zip(&mut self.connections);
        for (index, (rule, reached)) in rules.enumerate() {
            *reached += 1;
            let draw = draw(self.script.seed, &[index as u64, *reached], "connection");
            if is_due(rule.from, rule.to, rule.chance, *reached, draw) {
                return Some(rule.then);
            }
        }
        None
    }
}

fn is_due(from: Option<u64>, to: Option<u64>, chance: Chance, nth: u64, draw: f64) -> bool {
    from.is_none_or(|from| from <= nth) && to.is_none_or(|to| nth <= to) && chance.takes(draw)
}

/// Returns a number from 0 up to 1 that depends on all of its arguments and on nothing else, so that
/// the order in which requests of different chats arrive does not matter.
fn draw(seed: u64, numbers: &[u64], text: &str) -> f64 {
    let words = numbers.iter().copied().chain(text.bytes().map(u64::from));
    let mixed = words.fold(mix(seed), |state, word| mix(state ^ word));
    // 53 bits are what an f64 holds exactly.
    (mixed >> 11) as f64 / (1_u64 << 53) as f64
}

/// SplitMix64, one step.
fn mix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the rule that each of the requests matches.
    fn matches(script: Script, requests: &[(Method, &str)]) -> Vec<Option<usize>> {
        let mut script = ScriptState::new(script);
        requests
            .iter()
            .map(|(method, chat)| {
                script
                    .match_request(*method, Some(chat))
                    .map(|matched| matched.index)
            })
            .collect()
    }

    const SET: Method = Method::SetGroupPicture;

    #[test]
    fn a_rule_counts_only_what_the_rules_before_it_left() {
        let script = Script::new()
            .rule(Rule::new().to(2))
            .rule(Rule::new().to(1));

        let matched = matches(script, &[(SET, "-1"); 5]);

        assert_eq!(matched, [Some(0), Some(0), Some(1), None, None]);
    }

    #[test]
    fn from_and_to_are_both_included() {
        let script = Script::new().rule(Rule::new().from(2).to(3));

        let matched = matches(script, &[(SET, "-1"); 4]);

        assert_eq!(matched, [None, Some(0), Some(0), None]);
    }

    #[test]
    fn method_and_chat_choose_the_requests() {
        let script = Script::new()
            .rule(Rule::new().method(Method::GetAvatar))
            .rule(Rule::new().chat("-2"));

        let matched = matches(
            script,
            &[(SET, "-1"), (SET, "-2"), (Method::GetAvatar, "-2")],
        );

        assert_eq!(matched, [None, Some(1), Some(0)]);
    }

    #[test]
    fn each_chat_is_counted_on_its_own_when_asked() {
        let script = Script::new().rule(Rule::new().to(1).count(Count::EachChat));

        let matched = matches(
            script,
            &[(SET, "-1"), (SET, "-2"), (SET, "-1"), (SET, "-2")],
        );

        assert_eq!(matched, [Some(0), Some(0), None, None]);
    }

    #[test]
    fn chance_takes_its_share_and_the_same_ones_each_time() {
        let matched = |seed| {
            let script = Script::new().seed(seed).rule(Rule::new().chance(0.05));
            matches(script, &[(SET, "-1"); 10_000])
        };

        let taken = matched(7).iter().flatten().count();

        // Five standard deviations around 500.
        assert!((391..=609).contains(&taken), "{taken}");
        assert_eq!(matched(7), matched(7));
        assert_ne!(matched(7), matched(8));
    }

    #[test]
    fn chance_by_chat_does_not_depend_on_the_order_of_arrival() {
        let chats: Vec<String> = (1..1000).map(|n| format!("-{n}")).collect();
        let taken = |chats: &mut dyn Iterator<Item = &String>| {
            let rule = Rule::new().chance(0.5).count(Count::EachChat);
            let mut script = ScriptState::new(Script::new().rule(rule));
            let mut taken: Vec<String> = chats
                .filter(|chat| script.match_request(SET, Some(chat)).is_some())
                .cloned()
                .collect();
            taken.sort();
            taken
        };

        assert_eq!(taken(&mut chats.iter()), taken(&mut chats.iter().rev()));
    }

    #[test]
    fn the_chat_is_needed_only_where_a_rule_asks_for_it() {
        let plain = ScriptState::new(Script::new().rule(Rule::new().to(2)));
        let by_chat = ScriptState::new(Script::new().rule(Rule::new().method(SET).chat("-1")));

        assert!(!plain.needs_chat(SET));
        assert!(by_chat.needs_chat(SET));
        assert!(!by_chat.needs_chat(Method::GetChats));
    }

    #[test]
    fn connections_are_counted_apart() {
        use crate::script::ConnectionRule;
        let rule = ConnectionRule::new(End::Reset).from(2).to(2);
        let mut script = ScriptState::new(Script::new().connection(rule));

        let matched = [(); 3].map(|()| script.match_connection());

        assert_eq!(matched, [None, Some(End::Reset), None]);
    }
}
