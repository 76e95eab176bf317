"""Calls one of the vendor's clients, and prints what it returns as one JSON object."""

import json
import os
import sys
from importlib import import_module

module, host, chat, own, person, picture = sys.argv[1:]
instance, token = json.loads(os.environ["CREDENTIALS"])
api = import_module(module + ".API").GreenAPI(instance, token, host=host, media=host)
is_max = module.startswith("max")


def post(method, field, **rest):
    """A request by the client's own means, with the field that the API documents."""
    url = "{{host}}/waInstance{{idInstance}}/" + method + "/{{apiTokenInstance}}"
    return api.request("POST", url, {field: chat}, **rest)


def set_as_documented():
    field = "groupId" if module.startswith("whatsapp") else "chatId"
    with open(picture, "rb") as file:
        return post("setGroupPicture", field, files={"file": ("avatar.jpg", file, "IMAGE/JPEG")})


account = api.account.getWaSettings if module.startswith("whatsapp") else api.account.getAccountSettings
calls = {
    "own set": lambda: api.groups.setGroupPicture(chat, picture),
    "set": set_as_documented,
    "profile": lambda: api.account.setProfilePicture(picture),
    "avatar": lambda: api.serviceMethods.getAvatar(chat),
    "own avatar": lambda: api.serviceMethods.getAvatar(own),
    "person's avatar": lambda: api.serviceMethods.getAvatar(person),
    "group": lambda: post("getGroupData", "chatId") if is_max else api.groups.getGroupData(chat),
    "state": api.account.getStateInstance,
    "settings": api.account.getSettings,
    "account": account,
    "created": lambda: api.groups.createGroup("New", [person]),
    "contacts": api.serviceMethods.getContacts,
}
answers = {name: vars(call()) for name, call in calls.items()}
print(json.dumps(answers))
