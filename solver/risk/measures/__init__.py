"""Measures of risk: losses and their probabilities in, one number and the weights behind it out."""

from solver.risk.measures.base import Measure, probability_of_loss
from solver.risk.measures.catalogue import MEASURES, measure
from solver.risk.measures.deviation import MeanAbsoluteDeviation, MeanSemideviation, MeanStd
from solver.risk.measures.entropic import EntropicRisk, EntropicVaR
from solver.risk.measures.tail import CVaR, Spectral, VaR, WorstCase

__all__ = [
    "MEASURES",
    "CVaR",
    "EntropicRisk",
    "EntropicVaR",
    "MeanAbsoluteDeviation",
    "MeanSemideviation",
    "MeanStd",
    "Measure",
    "Spectral",
    "VaR",
    "WorstCase",
    "measure",
    "probability_of_loss",
]
