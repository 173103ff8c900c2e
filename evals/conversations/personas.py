"""How simulated customers word what they say, when no language model does it for them."""

from random import Random

from warmline.evals.suite_files.schema_conversation import Simulate

_TELLS: dict[str, tuple[str, ...]] = {
    "plain": ("It is {value}.", "{value}", "That is {value}."),
    "hurried": ("{value}, I am between two meetings", "{value}", "quick: {value}"),
    "chatty": ("Oh sure, let me look. Here it is: {value}. Sorry that took me a moment!", "Of course! It should be {value}."),
    "annoyed": ("{value}. As I wrote.", "Fine. {value}."),
    "terse": ("{value}",),
}
_DOES_NOT_KNOW: dict[str, tuple[str, ...]] = {
    "plain": ("I do not have the {what}.", "I don't know the {what}, sorry."),
    "hurried": ("No idea about the {what}", "don't have the {what} here"),
    "chatty": ("Oh dear, I really could not tell you the {what}, I must have thrown that away.",),
    "annoyed": ("I don't have the {what}.",),
    "terse": ("don't have the {what}",),
}
_REPEATS: dict[str, tuple[str, ...]] = {
    "plain": ("What I want is this: {goal}.",),
    "hurried": ("so: {goal}. Can you?",),
    "chatty": ("Thank you, but what I am really after: {goal}. Is that something you can do?",),
    "annoyed": ("That is not what I asked. {goal}.",),
    "terse": ("{goal}",),
}


def telling(simulate: Simulate, values: list[str], chance: Random) -> str:
    """What the customer knows, said."""
    return chance.choice(_TELLS[simulate.persona]).format(value=" and ".join(values))


def not_knowing(simulate: Simulate, what: str, chance: Random) -> str:
    """That the customer does not know something."""
    return chance.choice(_DOES_NOT_KNOW[simulate.persona]).format(what=what.replace("_", " "))


def repeating(simulate: Simulate, chance: Random) -> str:
    """What the customer came for, once more."""
    return chance.choice(_REPEATS[simulate.persona]).format(goal=simulate.goal.rstrip("."))
