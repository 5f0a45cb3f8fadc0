"""Reads what ran: segments into spans, spans into trees and runs."""
