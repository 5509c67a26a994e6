//! A form of the settings that was not accepted is shown again as it was typed. What is secret is not given back.

use super::settings::{Fields, text};
use crate::web::view::Pick;
use crate::web::view::house::channels::ChannelCard;
use crate::web::view::house::settings::{KeysForm, ModelsForm, Part, PaymentsForm, PeopleForm, ProfileForm, WhatsappForm};

/// Puts what was sent over what is stored. Several forms stand on one page, so what was not sent stays as it is.
pub(super) fn echo(part: &mut Part, sent: &Fields) {
    match part {
        Part::Business(p) => business(p, sent),
        Part::Whatsapp(w) => whatsapp(w, sent),
        Part::Channels(cards) => cards.iter_mut().for_each(|c| channel(c, sent)),
        Part::Payments(p) => payments(p, sent),
        Part::Models(m) => models(m, sent),
        Part::People(p) => people(p, sent),
        Part::Keys(k) => keys(k, sent),
        // The hours show what was typed by themselves; the others have no fields.
        Part::Hours(_) | Part::Devices(_) | Part::Unread(_) => {}
    }
}

fn put(value: &mut String, sent: &Fields, name: &str) {
    if sent.contains_key(name) {
        *value = text(sent, name);
    }
}

fn pick(picks: &mut Vec<Pick>, sent: &Fields, name: &str) {
    let Some(chosen) = sent.get(name).map(|v| v.trim()) else { return };
    picks.iter_mut().for_each(|p| p.on = p.value == chosen);
    if !chosen.is_empty() && !picks.iter().any(|p| p.on) {
        picks.insert(0, Pick { value: chosen.into(), label: chosen.into(), on: true });
    }
}

fn business(p: &mut ProfileForm, sent: &Fields) {
    put(&mut p.name, sent, "name");
    put(&mut p.about, sent, "about");
    put(&mut p.address, sent, "address");
    put(&mut p.owner_name, sent, "owner_name");
    put(&mut p.currency, sent, "currency");
    put(&mut p.delivery_fee, sent, "delivery_fee");
    put(&mut p.payment_instructions, sent, "payment_instructions");
    pick(&mut p.zones, sent, "time_zone");
    // A tick that is not there was taken away: this form is one, and sent whole.
    p.languages.iter_mut().for_each(|l| l.on = sent.contains_key(&format!("language_{}", l.value)));
    p.pickup = sent.contains_key("pickup");
    p.delivery = sent.contains_key("delivery");
    p.public = sent.contains_key("public");
}

fn whatsapp(w: &mut WhatsappForm, sent: &Fields) {
    put(&mut w.phone_number_id, sent, "phone_number_id");
    put(&mut w.business_account, sent, "business_account");
}

fn channel(c: &mut ChannelCard, sent: &Fields) {
    // The other cards of the page were not sent.
    c.open |= c.fields.iter().any(|f| sent.contains_key(&f.name));
    for f in c.fields.iter_mut().filter(|f| !f.secret && !f.area) {
        put(&mut f.value, sent, &f.name);
    }
}

fn payments(p: &mut PaymentsForm, sent: &Fields) {
    // A gateway nobody knows is none to choose again.
    if sent.get("gateway").is_some_and(|g| p.gateways.iter().any(|x| x.value == *g)) {
        pick(&mut p.gateways, sent, "gateway");
    }
    put(&mut p.email, sent, "email");
    put(&mut p.tax_name, sent, "tax_name");
    put(&mut p.tax_rate, sent, "tax_rate");
    put(&mut p.tax_number, sent, "tax_number");
}

fn models(m: &mut ModelsForm, sent: &Fields) {
    put(&mut m.daily_limit, sent, "daily_limit");
}

fn people(p: &mut PeopleForm, sent: &Fields) {
    put(&mut p.name, sent, "name");
    put(&mut p.email, sent, "email");
    pick(&mut p.roles, sent, "role");
}

fn keys(k: &mut KeysForm, sent: &Fields) {
    put(&mut k.name, sent, "name");
    pick(&mut k.roles, sent, "role");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::view::house::channels::ChannelField;

    fn sent(fields: &[(&str, &str)]) -> Fields {
        fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn secrets_are_not_given_back_and_other_cards_stay() {
        let field = |name: &str, secret| ChannelField { name: name.into(), secret, ..ChannelField::default() };
        let card = |word: &str| ChannelCard {
            fields: vec![field(&format!("{word}_line"), false), field(&format!("{word}_token"), true)],
            ..ChannelCard::default()
        };
        let mut part = Part::Channels(vec![card("twilio"), card("vonage")]);
        echo(&mut part, &sent(&[("twilio_line", " +1415 "), ("twilio_token", "s3cret")]));
        let Part::Channels(cards) = part else { panic!("another part") };
        assert_eq!((cards[0].open, cards[0].fields[0].value.as_str(), cards[0].fields[1].value.as_str()), (true, "+1415", ""));
        assert!(!cards[1].open && cards[1].fields[0].value.is_empty());
    }

    #[test]
    fn what_was_typed_stands_and_the_other_form_of_the_page_stays() {
        let mut part = Part::Payments(PaymentsForm { email: "a@b.c".into(), tax_rate: "7.5".into(), ..PaymentsForm::default() });
        echo(&mut part, &sent(&[("tax_name", "VAT"), ("tax_rate", "abc")]));
        let Part::Payments(p) = part else { panic!("another part") };
        assert_eq!((p.email.as_str(), p.tax_name.as_str(), p.tax_rate.as_str()), ("a@b.c", "VAT", "abc"));
    }
}
