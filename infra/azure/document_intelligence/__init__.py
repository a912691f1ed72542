"""Reads documents with Azure AI Document Intelligence: scanned pages, images and tables too."""

from infra.azure.document_intelligence.parser import DocumentIntelligenceParser

__all__ = ["DocumentIntelligenceParser"]
