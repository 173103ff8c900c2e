"""Why a conversation could not be played to its end, when that is not the agent's doing."""


class Broken(Exception):
    """The model, the desk or we failed: the trial is INFRA."""


class SimulatorFault(Exception):
    """The simulated customer had nothing true to say, or was not the customer any more: the trial shows nothing of the agent."""
