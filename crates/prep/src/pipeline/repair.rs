//! Rejects a photo that is too damaged, or moves the crop to its sound part.

use super::decode::{Decoded, Decoding, Request};
use super::plan::Planned;
use crate::damage::Damage;
use crate::error::Error;
use crate::header::Format;
use crate::options::OnDamage;
use crate::plan::Plan;

/// Passes a sound square on, and treats a damaged one as the plan says.
pub(super) fn repair(
    decoded: Decoded,
    planned: &mut Planned<'_>,
    decoding: &mut Decoding,
) -> Result<Decoded, Error> {
    let Decoded { plan, damage, .. } = decoded;
    accept(&plan, damage, planned.opened.header.format)?;
    // In front of a backdrop the photo is shown whole: there is no crop to move.
    if damage.lost == 0.0 || plan.backdrop.is_some() || plan.on_damage != OnDamage::Repair {
        return Ok(decoded);
    }
    for margin in MARGINS {
        let Some(repaired) = planned.before_loss(damage.lost, margin) else {
            break;
        };
        let resize = repaired.resize();
        let request = Request::new(&repaired, resize);
        if decoding.decode(&mut planned.opened, request)?.lost == 0.0 {
            return Ok(Decoded {
                plan: repaired,
                resize,
                damage,
            });
        }
    }
    // Too little is sound: the square becomes the picture with its loss.
    let resize = plan.resize();
    let again = decoding.decode(&mut planned.opened, Request::new(&plan, resize))?;
    accept(&plan, again, planned.opened.header.format)?;
    Ok(Decoded { resize, ..decoded })
}

/// How many stored rows before the loss are given up, tried in turn: blocks and the kernel spread the loss, no farther than the
/// last.
const MARGINS: [u32; 3] = [0, 16, 48];

/// Rejects a photo of which more is lost than the plan accepts.
fn accept(plan: &Plan, damage: Damage, format: Format) -> Result<(), Error> {
    let Damage { lost, is_truncated } = damage;
    if lost > plan.on_damage.accepted() {
        return Err(Error::Lost { format, lost });
    }
    if is_truncated && plan.on_damage == OnDamage::Refuse {
        return Err(Error::Truncated { format });
    }
    Ok(())
}
