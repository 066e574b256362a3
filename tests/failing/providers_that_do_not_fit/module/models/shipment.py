from graphql_erp import Model, dispatch, provider


class Shipment(Model):
    @dispatch(by="carrier")
    def book(self) -> str:
        return "nobody"

    @dispatch(by="carier")
    def track(self) -> str:
        return "nobody"

    @provider("book", "dhl")
    def book_dhl(self) -> str:
        return "dhl"

    @provider("book", "dhl")
    def book_again(self) -> str:
        return "dhl again"

    @provider("book", "fedex")
    def book_fedex(self) -> str:
        return "fedex"

    @provider("boook", "ups")
    def book_ups(self) -> str:
        return "ups"
