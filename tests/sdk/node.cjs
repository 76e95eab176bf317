// Calls the vendor's client, and prints what it returns as one JSON object.

const { readFileSync } = require("fs");
const { createRequire } = require("module");

const [folder, url, chat, own, picture] = process.argv.slice(2);
const [idInstance, apiTokenInstance] = JSON.parse(process.env.CREDENTIALS);
const { GreenApiClient } = createRequire(folder + "/")("@green-api/whatsapp-api-client-js-v2");

async function main() {
  const client = new GreenApiClient({ idInstance, apiTokenInstance });
  // The client knows one host only.
  client.client.defaults.baseURL = `${url}/waInstance${idInstance}`;
  const file = new File([readFileSync(picture)], "avatar.jpg", { type: "image/jpeg" });

  const answers = {
    set: await client.setGroupPicture({ groupId: chat, file }),
    profile: await client.setProfilePicture(file),
    avatar: await client.getAvatar({ chatId: chat }),
    "own avatar": await client.getAvatar({ chatId: own }),
    group: await client.getGroupData({ groupId: chat }),
    settings: await client.getSettings(),
    created: await client.createGroup({ groupName: "New", chatIds: ["79001234568@c.us"] }),
  };
  console.log(JSON.stringify(answers));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
