//! Sets the picture of a group on the emulator, as a test of your own bot would: `cargo run --example upload -- photo.heic`.

use std::error::Error;
use std::{env, fs};

use emulator::{Config, Emulator};
use upload::blocking::Client;
use upload::{ApiUrl, ChatId, Instance, Token};

fn main() -> Result<(), Box<dyn Error>> {
    let photo = env::args_os().nth(1).ok_or("usage: upload PHOTO")?;
    let picture = prep::prepare(&fs::read(photo)?)?;

    // For a real account leave this out, and take instance, token and URL from the console.
    let emulator = Emulator::start(Config::new().instance("3100000001").token("t0ken"))?;
    let instance: Instance = "3100000001".parse()?;
    let client = Client::builder(instance, Token::new("t0ken")?)
        .api_url(emulator.url().parse::<ApiUrl>()?)
        .build()?;

    let chat: ChatId = "-10000000000001".parse()?;
    let avatar = client.set_group_picture(&chat, picture)?;
    println!("{}", avatar.url.as_deref().unwrap_or("set"));

    assert_eq!(emulator.pictures()["-10000000000001"].changes(), 1);
    Ok(())
}
