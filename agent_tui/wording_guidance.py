"""The words of guidance by the values they stand for: fields, severities, parts of the handbook (POLICY 6, 7)."""

from __future__ import annotations

from agent_tui.domain.messages import N_

GUIDANCE_FIELDS: dict[str, str] = {
    "direction": N_("direction of the solution"),
    "care": N_("care phrase"),
    "comfort": N_("at ease"),
    "despite": N_("kept back for"),
    "because": N_("went out because"),
    "translated": N_("translated by"),
    "phrases": N_("phrases"),
    "phrase": N_("phrase"),
    "scene": N_("scene"),
}

SEVERITY: dict[str, str] = {
    "block": N_("keeps the text back"),
    "warn": N_("better not"),
    "hint": N_("a hint"),
}

SECTION: dict[str, str] = {
    "address": N_("Form of address"),
    "formality": N_("Formality"),
    "greeting": N_("Greeting"),
    "closing": N_("Closing"),
    "directness": N_("Directness"),
    "apology": N_("Apology"),
    "small_talk": N_("Small talk"),
    "taboo": N_("Sensitive topics"),
    "hours": N_("Hours"),
    "channels": N_("Channels"),
    "complaints": N_("Complaints"),
    "festivals": N_("Festivals"),
    "law": N_("Law"),
    "privacy": N_("Privacy"),
    "wish": N_("The customer's wish"),
    "region": N_("Policy for the region"),
}
"""What a hint or a part of a handbook page is about."""

CONFIDENCE: dict[str, str] = {
    "high": N_("well documented"),
    "medium": N_("documented"),
    "low": N_("little documented: ask, do not assume"),
}

REGISTER: dict[str, str] = {
    "formal": N_("formal"),
    "neutral": N_("neutral"),
    "informal": N_("informal"),
}

FLAG: dict[str, str] = {
    "high_frequency": N_("comes up often"),
    "high_risk": N_("risky"),
}
