//! Where the picture of a group or an account can be seen.

use crate::messenger::AvatarIdentity;

/// The avatar of a group or an account, as the server describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Avatar {
    /// Where the picture can be seen (`urlAvatar`). It is `None` if there is no avatar, and after
    /// some successes.
    pub url: Option<String>,
}

impl Avatar {
    /// Returns whether both show the same picture, judged by their addresses alone.
    pub(crate) fn is_same(&self, other: &Self, identity: AvatarIdentity) -> bool {
        self.picture(identity) == other.picture(identity)
    }

    fn picture(&self, identity: AvatarIdentity) -> Option<&str> {
        let url = self.url.as_deref()?;
        match identity {
            AvatarIdentity::Address => Some(url),
            AvatarIdentity::Path => url.split('?').next(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_that_expires_is_no_other_picture() {
        let avatar = |url: &str| Avatar {
            url: Some(url.to_owned()),
        };
        let (one, two) = (avatar("https://a/b?x=1"), avatar("https://a/b?x=2"));
        let none = Avatar { url: None };

        assert!(one.is_same(&two, AvatarIdentity::Path));
        assert!(!one.is_same(&two, AvatarIdentity::Address));
        assert!(!one.is_same(&avatar("https://a/c?x=1"), AvatarIdentity::Path));
        assert!(none.is_same(&none, AvatarIdentity::Address));
        assert!(!none.is_same(&one, AvatarIdentity::Path));
    }
}
