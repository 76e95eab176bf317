//! What each code stands for.

/// No code stands for more symbols: each is one longer than an earlier one, and there are 4096.
pub(super) const MAX_STRING: usize = CODES;

/// A string is written eight bytes at a time, so up to seven bytes behind its end are overwritten.
pub(super) const SLACK: usize = 7;

const CODES: usize = 4096;

/// The strings of all codes since the last Clear code.
pub(super) struct Dictionary {
    symbol_bits: u8,
    next: u16,
    entries: Box<[Entry; CODES]>,
}

/// The end of a string, and where to find what is before it.
#[derive(Clone, Copy, Default)]
struct Entry {
    /// The last one to eight bytes, the first of them lowest: as many as the length leaves over at a division by eight, or all
    /// eight.
    end: u64,
    /// The code of all that comes before them.
    before: u16,
    length: u16,
    first: u8,
}

impl Dictionary {
    /// In bytes.
    pub(super) const SIZE: usize = size_of::<[Entry; CODES]>();

    pub(super) fn new(symbol_bits: u8) -> Self {
        let symbol = |symbol: usize| Entry {
            end: symbol as u64,
            before: 0,
            length: 1,
            first: symbol as u8,
        };
        let mut entries = Box::new([Entry::default(); CODES]);
        for (code, entry) in entries[..1 << symbol_bits].iter_mut().enumerate() {
            *entry = symbol(code);
        }
        let mut dictionary = Self {
            symbol_bits,
            next: 0,
            entries,
        };
        dictionary.clear();
        dictionary
    }

    pub(super) fn symbol_bits(&self) -> u32 {
        u32::from(self.symbol_bits)
    }

    pub(super) fn clear_code(&self) -> u16 {
        1 << self.symbol_bits
    }

    pub(super) fn end_code(&self) -> u16 {
        self.clear_code() + 1
    }

    /// The code that is learned next; 4096 when all are in use.
    pub(super) fn next_code(&self) -> u16 {
        self.next
    }

    /// Forgets all but the symbols.
    pub(super) fn clear(&mut self) {
        self.next = self.end_code() + 1;
    }

    /// Learns the next code from the one before and this one: the string of the former and the first symbol of the latter. Of a
    /// full dictionary nothing is forgotten, and nothing is learned.
    ///
    /// Returns whether `code` stands for anything. The code that is learned here does, too: its own first symbol is that of the
    /// code before.
    #[inline]
    pub(super) fn learn(&mut self, previous: Option<u16>, code: u16) -> bool {
        let Some(previous) = previous else {
            return code < self.clear_code();
        };
        let is_full = usize::from(self.next) == CODES;
        if code > self.next || (code == self.next && is_full) {
            return false;
        }
        if is_full {
            return true;
        }
        let start = self.entries[usize::from(previous) % CODES];
        let symbol = match code == self.next {
            true => start.first,
            false => self.entries[usize::from(code) % CODES].first,
        };
        let place = start.length % 8;
        self.entries[usize::from(self.next) % CODES] = Entry {
            end: match place {
                0 => u64::from(symbol),
                place => start.end | u64::from(symbol) << (8 * place),
            },
            before: if place == 0 { previous } else { start.before },
            length: start.length + 1,
            first: start.first,
        };
        self.next += 1;
        true
    }

    /// Writes the string of a code that was learned to `to[at..]`, from its end to its start; returns where it ends.
    #[inline]
    pub(super) fn write(&self, code: u16, to: &mut [u8], at: usize) -> usize {
        let mut entry = &self.entries[usize::from(code) % CODES];
        let length = usize::from(entry.length);
        let mut place = at + (length - 1) / 8 * 8;
        loop {
            to[place..][..8].copy_from_slice(&entry.end.to_le_bytes());
            if place == at {
                return at + length;
            }
            place -= 8;
            entry = &self.entries[usize::from(entry.before) % CODES];
        }
    }
}
