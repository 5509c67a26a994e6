//! Tells those who may decide that a question waits: on their verified phones, on their devices, and by a letter with a signed link.

use super::{Work, nudge_devices};
use crate::app::mailbox;
use crate::domain::error::Result;
use crate::domain::house::approval::Standing;
use crate::domain::house::contact::{Identity, IdentityKind};
use crate::domain::house::conversation::Channel;
use crate::domain::house::device::Waits;
use crate::domain::id::Id;
use crate::services::house::{approval as services, mail, member_phone, push};
use crate::store::house::approval;
use crate::store::house::conversation::find_known;
use crate::store::house::member_phone::list_verified;
use crate::store::{jobs, meta};

pub(super) async fn run(w: &Work<'_>, id: Id) -> Result<()> {
    let business = w.business.id;
    let (members, devices) = nudge_devices::people(w).await?;
    let directory = w.app.directory();
    let accounts: Vec<String> = directory.numbers_of(business).map(|n| n.phone_number_id.clone()).collect();
    let by_mail = mailbox::for_members(w.app, business).is_some();
    let job = w.id;
    w.file
        .write(move |tx| {
            jobs::finish_job(tx, job)?;
            let Ok(a) = approval::find_approval(tx, id) else { return Ok(()) };
            if a.standing != Standing::Open {
                return Ok(());
            }
            let currency = meta::find_profile(tx)?.currency;
            let policy = services::policy(tx)?;
            if by_mail {
                mail::plan_letters(tx, &a, &members)?;
            }
            push::plan(tx, Waits::Approval, id, &members, &devices)?;
            for phone in list_verified(tx)? {
                let may =
                    members.iter().any(|m| m.id == phone.member_id && services::may(&policy, m.id, m.role, a.question.amount, currency));
                let voted = a.votes.iter().any(|v| v.voter == services::voter(phone.member_id));
                let Some(number) = phone.phone.clone().filter(|_| may && !voted) else { continue };
                let identity = Identity { kind: IdentityKind::Phone, value: number };
                for account in &accounts {
                    let thread = find_known(tx, &identity, Channel::Whatsapp, account)?.and_then(|k| k.thread);
                    if let Some(heard) = thread
                        && member_phone::nudge(tx, &heard.thread, &phone, &a)?
                    {
                        break;
                    }
                }
            }
            Ok(())
        })
        .await
}
