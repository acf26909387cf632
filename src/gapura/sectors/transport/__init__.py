"""The registers of vehicles, their owners and liens, of driving licences and traffic offences."""
